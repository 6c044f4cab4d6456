package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.node.hosting.PartitionUse;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One publisher's stream into one partition.
 *
 * <p>Requests arrive on Netty's thread, one at a time, and hop to the partition's loop; everything
 * below the hop, and everything that is sent, happens there. The stream ends at its first refusal
 * and ignores what comes after: a batch can never overtake one that was refused before it. At most
 * {@link #WINDOW} batches are in the node, unconfirmed; the rest waits in the publisher.
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
  private @Nullable ProducerId producer;
  private int unconfirmedBatches;
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
    } else if (request.hasBatch()) {
      mine.loop().execute(() -> append(request.getBatch()));
    } else {
      mine.loop()
          .execute(
              () ->
                  fail(Errors.invalid("request", "only batches follow the attach, well encoded")));
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
      ProducerId producerId = Requests.producer(attach.getProducerId());
      Shards.Shard mine = shards.of(id);
      shard = mine;
      mine.loop()
          .execute(
              () -> {
                producer = producerId;
                mine.host().use(id, new Attaching(id));
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
    private final PartitionId id;

    Attaching(PartitionId id) {
      this.id = id;
    }

    @Override
    public void ready(OpenPartition opened) {
      if (ended) {
        return;
      }
      partition = opened.partition();
      call.onNext(
          PublishResponse.newBuilder()
              .setAttached(
                  PublishAttached.newBuilder()
                      .setEpoch(opened.epoch().value())
                      .setMaxMessageBytes(opened.config().maxMessageBytes())
                      .setMaxBatchBytes(Batch.MAX_BYTES))
              .build());
      call.request(WINDOW);
    }

    @Override
    public void refused(Refusal refusal) {
      fail(Errors.of(refusal, id.topic().value(), id.partition()));
    }
  }

  private void append(PublishBatch request) {
    Partition target = partition;
    if (ended) {
      return;
    }
    if (target == null) {
      fail(Errors.invalid("request", "a batch before the stream was attached"));
      return;
    }
    unconfirmedBatches++;
    long lastSequence = request.getFirstSequence() + request.getCount() - 1;
    target.append(
        new Batch(
            producer,
            request.getFirstSequence(),
            request.getCount(),
            request.getMessages().asReadOnlyByteBuffer()),
        new Completion<>() {
          @Override
          public void succeeded(Appended appended) {
            confirmed(lastSequence, appended.lastOffset());
          }

          @Override
          public void failed(QueueException e) {
            fail(Errors.fromPartition(e));
          }
        });
  }

  private void confirmed(long lastSequence, OptionalLong lastOffset) {
    if (ended) {
      return;
    }
    unconfirmedBatches--;
    PublishConfirmation.Builder confirmation =
        PublishConfirmation.newBuilder().setLastSequence(lastSequence);
    lastOffset.ifPresent(confirmation::setLastOffset);
    call.onNext(PublishResponse.newBuilder().setConfirmation(confirmation).build());
    call.request(1);
    endIfDone();
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
