package dev.arpeggio.node.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.node.hosting.PartitionUse;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.Acknowledgement;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeAttached;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.DeadlineMissed;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerHandle;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.ConsumerSink;
import dev.arpeggio.queue.Delivery;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.MissedDeadline;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.SubscriptionSpec;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's stream from one partition.
 *
 * <p>Requests arrive on Netty's thread, one at a time, and hop to the partition's loop; everything
 * below the hop, and everything that is sent, happens there. Deliveries are slices of stored
 * segments, not copies. Nothing is delivered while the socket is full.
 */
final class ConsumeStream implements StreamObserver<ConsumeRequest>, ConsumerSink {

  /** Requests (credit, acknowledgements, releases) that may wait in the node. */
  private static final int WINDOW = 64;

  private final ServerCallStreamObserver<ConsumeResponse> call;
  private final Shards shards;

  /** Set by the first request. Netty's thread only. */
  private Shards.@Nullable Shard shard;

  private boolean refused;

  // The rest belongs to the shard's loop.
  private boolean tellsDeadlines;
  private @Nullable ConsumerHandle handle;
  private final List<dev.arpeggio.queue.OffsetRange> durable = new ArrayList<>();
  private boolean ended;

  ConsumeStream(ServerCallStreamObserver<ConsumeResponse> call, Shards shards) {
    this.call = call;
    this.shards = shards;
    call.disableAutoRequest();
    call.setOnCancelHandler(this::gone);
    call.setOnReadyHandler(() -> onLoop(this::socketReady));
    call.request(1);
  }

  @Override
  public void onNext(ConsumeRequest request) {
    if (refused) {
      return;
    }
    if (shard == null) {
      attach(request);
    } else {
      onLoop(() -> control(request));
    }
  }

  private void attach(ConsumeRequest request) {
    try {
      if (!request.hasAttach()) {
        throw Errors.invalid(
            "request", "the first request of the stream must be attach, and well encoded");
      }
      ConsumeAttach attach = request.getAttach();
      PartitionId id = Requests.partition(attach.getTopic(), attach.getPartition());
      Attaching attaching =
          new Attaching(
              id,
              Requests.subscription(attach),
              Requests.consumer(attach.getConsumerId()),
              Requests.credit(attach.getCredit()));
      tellsDeadlines = attach.getDeadlineEvents();
      Shards.Shard mine = shards.of(id);
      shard = mine;
      Caller.current().whenRevoked(status -> mine.loop().execute(() -> revoke(status)));
      mine.loop().execute(() -> mine.host().use(id, attaching));
    } catch (QueueException e) {
      refuse(Errors.of(e));
    } catch (StatusRuntimeException e) {
      refuse(e);
    }
  }

  /** The client may be sending on, or half-close, before it hears of this. Netty's thread only. */
  private void refuse(StatusRuntimeException status) {
    refused = true;
    call.onError(status);
  }

  private final class Attaching implements PartitionUse, Completion<ConsumerHandle> {
    private final PartitionId id;
    private final SubscriptionSpec subscription;
    private final ConsumerId consumer;
    private final int credit;
    private @Nullable OpenPartition opened;

    Attaching(PartitionId id, SubscriptionSpec subscription, ConsumerId consumer, int credit) {
      this.id = id;
      this.subscription = subscription;
      this.consumer = consumer;
      this.credit = credit;
    }

    @Override
    public void ready(OpenPartition open) {
      if (!ended) {
        opened = open;
        open.partition().attach(subscription, consumer, ConsumeStream.this, this);
      }
    }

    @Override
    public void refused(Refusal refusal) {
      fail(Errors.of(refusal, id.topic().value(), id.partition()));
    }

    @Override
    public void succeeded(ConsumerHandle attached) {
      OpenPartition open = opened;
      if (open == null) {
        throw new IllegalStateException("attached to a partition that was never opened");
      }
      if (ended) {
        attached.close();
        return;
      }
      handle = attached;
      call.onNext(
          ConsumeResponse.newBuilder()
              .setAttached(
                  ConsumeAttached.newBuilder()
                      .setEpoch(open.epoch().value())
                      .setPartitions(open.config().partitions())
                      .setIncarnation(open.incarnation())
                      .setLeaseMs(Math.toIntExact(open.config().redelivery().lease().toMillis())))
              .build());
      call.request(WINDOW);
      credit(attached, credit);
    }

    @Override
    public void failed(QueueException e) {
      fail(Errors.fromPartition(e));
    }
  }

  private void control(ConsumeRequest request) {
    ConsumerHandle attached = handle;
    if (ended) {
      return;
    }
    if (attached == null) {
      fail(Errors.invalid("request", "the stream is not attached yet"));
      return;
    }
    try {
      switch (request.getRequestCase()) {
        case CREDIT -> credit(attached, Requests.credit(request.getCredit().getMessages()));
        case ACKNOWLEDGEMENT ->
            acknowledge(attached, Requests.ranges(request.getAcknowledgement().getRangesList()));
        case RELEASE -> attached.release(Requests.ranges(request.getRelease().getRangesList()));
        case RETRY -> retry(attached, request.getRetry());
        case REJECT -> reject(attached, request.getReject());
        case EXTEND ->
            attached.extend(
                Requests.ranges(request.getExtend().getRangesList()),
                Requests.millis("duration_ms", request.getExtend().getDurationMs()));
        case ATTACH, REQUEST_NOT_SET ->
            throw Errors.invalid(
                "request",
                "only credit, acknowledgement, release, retry, reject and extend follow the attach, well"
                    + " encoded");
      }
      call.request(1);
    } catch (QueueException e) {
      attached.close();
      fail(Errors.fromPartition(e));
    } catch (StatusRuntimeException e) {
      attached.close();
      fail(e);
    }
  }

  private static void retry(ConsumerHandle attached, Retry retry) throws QueueException {
    List<dev.arpeggio.queue.OffsetRange> ranges = Requests.ranges(retry.getRangesList());
    if (retry.hasDelayMs()) {
      attached.retryLater(ranges, Requests.millis("delay_ms", retry.getDelayMs()));
    } else {
      attached.retryLater(ranges);
    }
  }

  // That it is done shows in the dead letters; only a refusal needs an answer.
  private void reject(ConsumerHandle attached, Reject reject) {
    attached.reject(
        Requests.ranges(reject.getRangesList()),
        reject.getReason(),
        Completion.of(
            done -> {},
            error -> {
              attached.close();
              fail(Errors.fromPartition(error));
            }));
  }

  private static void credit(ConsumerHandle attached, int messages) {
    if (messages > 0) {
      attached.credit(messages);
    }
  }

  private void acknowledge(
      ConsumerHandle attached, List<dev.arpeggio.queue.OffsetRange> acknowledged) {
    attached.acknowledge(
        acknowledged,
        new Completion<>() {
          @Override
          public void succeeded(Done done) {
            if (durable.isEmpty()) {
              onLoop(ConsumeStream.this::sendAcknowledged);
            }
            durable.addAll(acknowledged);
          }

          @Override
          public void failed(QueueException e) {
            attached.close();
            fail(Errors.fromPartition(e));
          }
        });
  }

  /**
   * One commit makes many acknowledgements durable in one turn of the loop; one response serves
   * them all.
   */
  private void sendAcknowledged() {
    if (ended) {
      return;
    }
    Acknowledgement.Builder answer = Acknowledgement.newBuilder();
    for (dev.arpeggio.queue.OffsetRange range : durable) {
      answer.addRanges(
          OffsetRange.newBuilder().setFirst(range.first()).setCount(range.count()).build());
    }
    durable.clear();
    call.onNext(ConsumeResponse.newBuilder().setAcknowledged(answer).build());
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void deliver(Delivery delivery) {
    if (ended) {
      return;
    }
    call.onNext(
        ConsumeResponse.newBuilder()
            .setDelivery(
                dev.arpeggio.protocol.v1.Delivery.newBuilder()
                    .setFirstOffset(delivery.firstOffset())
                    .setCount(delivery.count())
                    .setRedeliveries(delivery.redeliveries())
                    .setPublishTimeMs(delivery.publishTimeMillis())
                    // The segment is never written again, so the message may share its bytes.
                    .setMessages(UnsafeByteOperations.unsafeWrap(delivery.messages())))
            .build());
  }

  @Override
  public void missed(MissedDeadline deadline) {
    // What a consumer that does not read misses, the count of the next one tells.
    if (ended || handle == null || !tellsDeadlines || !call.isReady()) {
      return;
    }
    DeadlineMissed.Builder missed = DeadlineMissed.newBuilder().setMissed(deadline.missed());
    deadline.key().ifPresent(key -> missed.setKey(ByteString.copyFrom(key)));
    call.onNext(ConsumeResponse.newBuilder().setDeadlineMissed(missed).build());
  }

  @Override
  public void closed(QueueException why) {
    fail(Errors.fromPartition(why));
  }

  private void socketReady() {
    ConsumerHandle attached = handle;
    if (!ended && attached != null) {
      attached.resume();
    }
  }

  @Override
  public void onCompleted() {
    if (refused) {
      return;
    }
    if (shard == null) {
      call.onCompleted();
    } else {
      onLoop(
          () -> {
            if (!ended) {
              detach();
              call.onCompleted();
            }
          });
    }
  }

  @Override
  public void onError(Throwable t) {
    gone();
  }

  private void gone() {
    onLoop(this::detach);
  }

  private void detach() {
    ended = true;
    ConsumerHandle attached = handle;
    handle = null;
    if (attached != null) {
      attached.close();
    }
  }

  private void revoke(StatusRuntimeException status) {
    ConsumerHandle attached = handle;
    if (attached != null) {
      attached.close();
    }
    fail(status);
  }

  private void fail(StatusRuntimeException status) {
    if (!ended) {
      ended = true;
      handle = null;
      call.onError(status);
    }
  }

  private void onLoop(Runnable task) {
    Shards.Shard mine = shard;
    if (mine != null) {
      mine.loop().execute(task);
    }
  }
}
