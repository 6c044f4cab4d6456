package dev.arpeggio.node.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateSubscriptionResponse;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionResponse;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PeekResponse;
import dev.arpeggio.protocol.v1.PeekedMessage;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.PurgeResponse;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SeekResponse;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.queue.Administration;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PeekedMessages;
import dev.arpeggio.queue.Position;
import dev.arpeggio.queue.Redriven;
import dev.arpeggio.queue.SubscriptionSpec;
import dev.arpeggio.queue.TopicName;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What administrators do with the subscriptions of a partition: one call, at any node. */
public final class SubscriptionsService extends SubscriptionsGrpc.SubscriptionsImplBase {
  private static final int DEFAULT_PEEK = 10;

  private final Forwarder forwarder;

  public SubscriptionsService(Forwarder forwarder) {
    this.forwarder = forwarder;
  }

  @Override
  public void createSubscription(
      CreateSubscriptionRequest request, StreamObserver<CreateSubscriptionResponse> response) {
    this.<CreateSubscriptionRequest, CreateSubscriptionResponse, Boolean>at(
        request.getTopic(),
        request.getPartition(),
        SubscriptionsGrpc.getCreateSubscriptionMethod(),
        request,
        response,
        created -> CreateSubscriptionResponse.newBuilder().setCreated(created).build(),
        (administration, done) ->
            administration.createSubscription(
                SubscriptionSpec.named(request.getSubscription()),
                position(request.getFrom()),
                done));
  }

  @Override
  public void deleteSubscription(
      DeleteSubscriptionRequest request, StreamObserver<DeleteSubscriptionResponse> response) {
    this.<DeleteSubscriptionRequest, DeleteSubscriptionResponse, Done>at(
        request.getTopic(),
        request.getPartition(),
        SubscriptionsGrpc.getDeleteSubscriptionMethod(),
        request,
        response,
        deleted -> DeleteSubscriptionResponse.getDefaultInstance(),
        (administration, done) ->
            administration.deleteSubscription(request.getSubscription(), done));
  }

  @Override
  public void seek(SeekRequest request, StreamObserver<SeekResponse> response) {
    this.<SeekRequest, SeekResponse, Done>at(
        request.getTopic(),
        request.getPartition(),
        SubscriptionsGrpc.getSeekMethod(),
        request,
        response,
        moved -> SeekResponse.getDefaultInstance(),
        (administration, done) ->
            administration.seek(request.getSubscription(), position(request.getTo()), done));
  }

  @Override
  public void purge(PurgeRequest request, StreamObserver<PurgeResponse> response) {
    this.<PurgeRequest, PurgeResponse, Done>at(
        request.getTopic(),
        request.getPartition(),
        SubscriptionsGrpc.getPurgeMethod(),
        request,
        response,
        purged -> PurgeResponse.getDefaultInstance(),
        (administration, done) -> {
          if (request.getSubscription().isEmpty()) {
            administration.purge(done);
          } else {
            administration.purge(request.getSubscription(), done);
          }
        });
  }

  @Override
  public void peek(PeekRequest request, StreamObserver<PeekResponse> response) {
    int most = request.getMaxMessages() == 0 ? DEFAULT_PEEK : request.getMaxMessages();
    this.<PeekRequest, PeekResponse, PeekedMessages>at(
        request.getTopic(),
        request.getPartition(),
        SubscriptionsGrpc.getPeekMethod(),
        request,
        response,
        SubscriptionsService::answer,
        (administration, done) -> {
          if (request.getSubscription().isEmpty()) {
            administration.peekLog(position(request.getFrom()), most, done);
          } else {
            administration.peek(request.getSubscription(), position(request.getFrom()), most, done);
          }
        });
  }

  @Override
  public void redrive(RedriveRequest request, StreamObserver<RedriveResponse> response) {
    SimpleCalls.guarded(
        response,
        () -> {
          Optional<TopicName> target =
              request.getTarget().isEmpty()
                  ? Optional.empty()
                  : Optional.of(Requests.topic(request.getTarget()));
          Optional<OffsetRange> offsets =
              request.getCount() == 0
                  ? Optional.empty()
                  : Optional.of(
                      Requests.ranges(
                              List.of(
                                  dev.arpeggio.protocol.v1.OffsetRange.newBuilder()
                                      .setFirst(request.getFirstOffset())
                                      .setCount(request.getCount())
                                      .build()))
                          .get(0));
          this.<RedriveRequest, RedriveResponse, Redriven>at(
              request.getTopic(),
              request.getPartition(),
              SubscriptionsGrpc.getRedriveMethod(),
              request,
              response,
              redriven ->
                  RedriveResponse.newBuilder()
                      .setMoved(redriven.moved())
                      .setSkipped(redriven.skipped())
                      .setRefused(redriven.refused())
                      .build(),
              (administration, done) ->
                  administration.redrive(
                      Requests.subscription(request.getSubscription()), offsets, target, done));
        });
  }

  /** Asks the owner of the partition, here or elsewhere. */
  private <Q, A extends MessageLite, T> void at(
      String topic,
      int partition,
      MethodDescriptor<Q, A> method,
      Q request,
      StreamObserver<A> response,
      Function<T, A> answer,
      BiConsumer<Administration, Completion<T>> question) {
    SimpleCalls.guarded(
        response,
        () -> {
          PartitionId id = Requests.partition(topic, partition);
          forwarder.serve(
              id,
              method,
              request,
              response,
              (shard, open) ->
                  question.accept(
                      open.partition().administration(),
                      Completion.of(
                          value -> SimpleCalls.answer(response, answer.apply(value)),
                          error -> response.onError(Errors.fromPartition(error)))));
        });
  }

  private static Position position(dev.arpeggio.protocol.v1.Position position) {
    return switch (position.getPositionCase()) {
      case LATEST -> new Position.Latest();
      case OFFSET -> new Position.Offset(position.getOffset());
      case TIME_MS -> new Position.Time(Instant.ofEpochMilli(position.getTimeMs()));
      case POSITION_NOT_SET -> new Position.Earliest();
    };
  }

  private static PeekResponse answer(PeekedMessages peeked) {
    PeekResponse.Builder answer = PeekResponse.newBuilder().setNextOffset(peeked.nextOffset());
    for (PeekedMessages.Run run : peeked.runs()) {
      long offset = run.firstOffset();
      for (Message message : messages(run)) {
        answer.addMessages(
            PeekedMessage.newBuilder()
                .setOffset(offset++)
                .setState(PeekedMessage.State.valueOf(run.state().name()))
                .setRedeliveries(run.failures())
                .setPublishTimeMs(run.publishTimeMillis())
                .setMessage(message));
      }
    }
    return answer.build();
  }

  private static List<Message> messages(PeekedMessages.Run run) {
    try {
      return Messages.parseFrom(run.messages()).getMessageList();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored messages are not messages", e);
    }
  }
}
