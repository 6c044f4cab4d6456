package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.node.hosting.PartitionUse;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.queue.PartitionId;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Serves a single call here if the partition is ours, and otherwise passes it on to the owner, at
 * most {@link Hops#MAX} times.
 */
public final class Forwarder {

  /** For callers that set no deadline. */
  private static final long DEFAULT_DEADLINE_SECONDS = 40;

  private final Shards shards;
  private final Peers peers;

  public Forwarder(Shards shards, Peers peers) {
    this.shards = shards;
    this.peers = peers;
  }

  /** What to do with a partition that is open here; runs on its loop. */
  interface Local {
    void serve(Shards.Shard shard, OpenPartition open);
  }

  <Q, A> void serve(
      PartitionId id,
      MethodDescriptor<Q, A> method,
      Q request,
      StreamObserver<A> response,
      Local local) {
    serve(id, method, request, response, deadline(), local);
  }

  /**
   * @param deadline for whoever it is passed on to
   */
  <Q, A> void serve(
      PartitionId id,
      MethodDescriptor<Q, A> method,
      Q request,
      StreamObserver<A> response,
      Deadline deadline,
      Local local) {
    int hops = Hops.made();
    Caller caller = Caller.current();
    Shards.Shard shard = shards.of(id);
    shard
        .loop()
        .execute(
            () ->
                shard
                    .host()
                    .use(
                        id,
                        new PartitionUse() {
                          @Override
                          public void ready(OpenPartition open) {
                            local.serve(shard, open);
                          }

                          @Override
                          public void refused(Refusal refusal) {
                            if (refusal instanceof Refusal.OtherOwner other && hops < Hops.MAX) {
                              forward(
                                  other.owner(), method, request, response, deadline, hops, caller);
                            } else {
                              response.onError(
                                  Errors.of(refusal, id.topic().value(), id.partition()));
                            }
                          }
                        }));
  }

  private <Q, A> void forward(
      String owner,
      MethodDescriptor<Q, A> method,
      Q request,
      StreamObserver<A> response,
      Deadline deadline,
      int hops,
      Caller caller) {
    ClientCalls.asyncUnaryCall(
        ClientInterceptors.intercept(peers.to(owner), Hops.after(hops), caller.named())
            .newCall(method, CallOptions.DEFAULT.withDeadline(deadline)),
        request,
        new StreamObserver<A>() {
          @Override
          public void onNext(A answer) {
            response.onNext(answer);
          }

          @Override
          public void onError(Throwable t) {
            response.onError(answerOf(t, owner));
          }

          @Override
          public void onCompleted() {
            response.onCompleted();
          }
        });
  }

  /**
   * The owner's own refusal as it is; a broken connection to it as what it means: the ring is about
   * to change.
   */
  private static Throwable answerOf(Throwable t, String owner) {
    com.google.rpc.Status details = StatusProto.fromThrowable(t);
    boolean typed = details != null && details.getDetailsCount() > 0;
    if (!typed && t instanceof StatusRuntimeException e && isBrokenConnection(e.getStatus())) {
      return Errors.ringUnavailable("the owner " + owner + " cannot be reached");
    }
    return t;
  }

  // A write to a connection that is closed already ends as UNKNOWN, with a cause of this side.
  private static boolean isBrokenConnection(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        || (status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException);
  }

  /** Of the current call. */
  static Deadline deadline() {
    Deadline set = Context.current().getDeadline();
    return set != null ? set : Deadline.after(DEFAULT_DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
