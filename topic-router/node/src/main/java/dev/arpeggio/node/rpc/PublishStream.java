package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.node.hosting.PartitionHost;
import dev.arpeggio.node.hosting.PartitionUse;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PublishTaken;
import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PublisherHandle;
import dev.arpeggio.queue.PublisherSpec;
import dev.arpeggio.queue.Qos;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.SequenceRange;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One publisher's stream into one partition.
 *
 * <p>Requests arrive on Netty's thread, one at a time, and hop to the partition's loop; everything
 * below the hop, and everything that is sent, happens there. The stream ends at its first refusal
 * and ignores what comes after: a batch can never overtake one that was refused before it. At most
 * {@link #WINDOW} batches are in the node, unconfirmed; the rest waits in the publisher.
 *
 * <p>A best-effort stream waits for nothing: what the partition does not take now is dropped, and
 * counted.
 */
final class PublishStream implements StreamObserver<PublishRequest> {

  /** Batches that a publisher may have unconfirmed in the node. */
  static final int WINDOW = 64;

  private final ServerCallStreamObserver<PublishResponse> call;
  private final Shards shards;

  /** Set by the first request. Netty's thread only. */
  private Shards.@Nullable Shard shard;

  private boolean refused;

  // The rest belongs to the shard's loop.
  private @Nullable Partition partition;
  private @Nullable PublisherSpec spec;
  private int partitions;
  private @Nullable PublisherHandle handle;
  private int unconfirmedBatches;
  private long taken;
  private long dropped;
  private boolean halfClosed;
  private boolean ended;

  PublishStream(ServerCallStreamObserver<PublishResponse> call, Shards shards) {
    this.call = call;
    this.shards = shards;
    call.disableAutoRequest();
    call.setOnCancelHandler(this::cancelled);
    call.request(1);
  }

  @Override
  public void onNext(PublishRequest request) {
    Shards.Shard mine = shard;
    if (refused) {
      return;
    }
    if (mine == null) {
      attach(request);
    } else {
      mine.loop().execute(() -> take(request));
    }
  }

  private void attach(PublishRequest request) {
    try {
      if (!request.hasAttach()) {
        throw Errors.invalid(
            "request", "the first request of the stream must be attach, and well encoded");
      }
      PublishAttach attach = request.getAttach();
      PartitionId id = Requests.partition(attach.getTopic(), attach.getPartition());
      PublisherSpec offered = QosFields.offered(attach, Requests.producer(attach.getProducerId()));
      int known = Requests.partitions(attach.getPartitions());
      Shards.Shard mine = shards.of(id);
      shard = mine;
      Caller.current().whenRevoked(status -> mine.loop().execute(() -> fail(status)));
      mine.loop()
          .execute(
              () -> {
                spec = offered;
                partitions = known;
                mine.host().use(id, new Attaching(mine.host(), id, offered));
              });
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

  private final class Attaching implements PartitionUse {
    private final PartitionHost host;
    private final PartitionId id;
    private final PublisherSpec offered;
    private boolean refreshed;

    Attaching(PartitionHost host, PartitionId id, PublisherSpec offered) {
      this.host = host;
      this.id = id;
      this.offered = offered;
    }

    @Override
    public void ready(OpenPartition opened) {
      if (ended) {
        return;
      }
      if (partitions > opened.config().partitions() && !refreshed) {
        // There are more than this node has heard of, most likely.
        refreshed = true;
        host.refresh(id, this);
        return;
      }
      PublisherHandle attached;
      try {
        attached = opened.partition().attach(offered);
      } catch (QueueException e) {
        fail(Errors.fromPartition(e));
        return;
      }
      handle = attached;
      partition = opened.partition();
      call.onNext(
          PublishResponse.newBuilder()
              .setAttached(
                  PublishAttached.newBuilder()
                      .setEpoch(opened.epoch().value())
                      .setMaxMessageBytes(opened.config().maxMessageBytes())
                      .setMaxBatchBytes(Batch.MAX_BYTES)
                      .setLeaseMs(attached.lease().toMillis())
                      .setPartitions(opened.config().partitions()))
              .build());
      call.request(WINDOW);
    }

    @Override
    public void refused(Refusal refusal) {
      fail(Errors.of(refusal, id.topic().value(), id.partition()));
    }
  }

  private void take(PublishRequest request) {
    Partition target = partition;
    PublisherHandle publisher = handle;
    PublisherSpec offered = spec;
    if (ended) {
      return;
    }
    if (target == null || publisher == null || offered == null) {
      fail(Errors.invalid("request", "a batch before the stream was attached"));
      return;
    }
    try {
      publisher.alive();
      if (request.hasSign()) {
        if (request.getSign().hasStrength()) {
          publisher.changeStrength(QosFields.strength(request.getSign().getStrength()));
        }
        call.request(1);
      } else if (!request.hasBatch()) {
        throw Errors.invalid("request", "only batches and signs follow the attach");
      } else if (offered.reliability() == Qos.Reliability.BEST_EFFORT) {
        takeOrDrop(target, offered, request.getBatch());
      } else {
        append(target, offered, request.getBatch());
      }
    } catch (QueueException e) {
      fail(Errors.fromPartition(e));
    } catch (StatusRuntimeException e) {
      fail(e);
    }
  }

  private Batch batch(PublisherSpec publisher, PublishBatch request) {
    return new Batch(
        publisher.id(),
        request.getFirstSequence(),
        request.getCount(),
        request.getMessages().asReadOnlyByteBuffer(),
        false,
        partitions);
  }

  private static long lastSequence(PublishBatch request) {
    return request.getFirstSequence() + request.getCount() - 1;
  }

  private void append(Partition target, PublisherSpec publisher, PublishBatch request) {
    unconfirmedBatches++;
    long lastSequence = lastSequence(request);
    target.append(
        batch(publisher, request),
        Completion.of(
            appended -> confirmed(lastSequence, appended), e -> fail(Errors.fromPartition(e))));
  }

  private void confirmed(long lastSequence, Appended appended) {
    if (ended) {
      return;
    }
    unconfirmedBatches--;
    PublishConfirmation.Builder confirmation =
        PublishConfirmation.newBuilder()
            .setLastSequence(lastSequence)
            .addAllNotHeard(QosFields.encode(appended.notHeard()));
    appended.lastOffset().ifPresent(confirmation::setLastOffset);
    call.onNext(PublishResponse.newBuilder().setConfirmation(confirmation).build());
    call.request(1);
    endIfDone();
  }

  private void takeOrDrop(Partition target, PublisherSpec publisher, PublishBatch request) {
    long count = Integer.toUnsignedLong(request.getCount());
    taken = lastSequence(request);
    if (unconfirmedBatches >= WINDOW) {
      dropped += count;
      tellTaken();
    } else {
      unconfirmedBatches++;
      target.append(
          batch(publisher, request),
          Completion.of(appended -> stored(appended), e -> notTaken(count, e)));
      if (!ended) {
        tellTaken();
      }
    }
    call.request(1);
  }

  private void stored(Appended appended) {
    unconfirmedBatches--;
    long notHeard = appended.notHeard().stream().mapToLong(SequenceRange::count).sum();
    dropped += notHeard;
    if (!ended && notHeard > 0) {
      tellTaken();
    }
    endIfDone();
  }

  private void notTaken(long count, QueueException why) {
    unconfirmedBatches--;
    switch (why.reason()) {
      case LIMIT_EXCEEDED, STORE_UNAVAILABLE, OUTCOME_UNKNOWN -> {
        dropped += count;
        if (!ended) {
          tellTaken();
          endIfDone();
        }
      }
      default -> fail(Errors.fromPartition(why));
    }
  }

  private void tellTaken() {
    call.onNext(
        PublishResponse.newBuilder()
            .setTaken(PublishTaken.newBuilder().setLastSequence(taken).setDropped(dropped))
            .build());
  }

  @Override
  public void onCompleted() {
    Shards.Shard mine = shard;
    if (refused) {
      return;
    }
    if (mine == null) {
      call.onCompleted();
    } else {
      mine.loop()
          .execute(
              () -> {
                halfClosed = true;
                endIfDone();
              });
    }
  }

  private void endIfDone() {
    if (!ended && halfClosed && unconfirmedBatches == 0) {
      ended = true;
      // It says goodbye. Whoever just vanishes may come back.
      if (handle != null) {
        handle.close();
      }
      call.onCompleted();
    }
  }

  @Override
  public void onError(Throwable t) {
    cancelled();
  }

  private void cancelled() {
    Shards.Shard mine = shard;
    if (mine != null) {
      mine.loop().execute(() -> ended = true);
    }
  }

  private void fail(StatusRuntimeException status) {
    if (!ended) {
      ended = true;
      call.onError(status);
    }
  }
}
