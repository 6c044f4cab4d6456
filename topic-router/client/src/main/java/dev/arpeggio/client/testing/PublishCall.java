package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One publisher's stream into one partition. Guarded by the broker's monitor. */
final class PublishCall implements StreamObserver<PublishRequest> {
  private static final int MAX_BATCH_BYTES = 491_520;

  private final Broker broker;
  private final StreamObserver<PublishResponse> responses;
  private @Nullable StoredPartition partition;
  private ByteString producer = ByteString.EMPTY;
  private int partitions;
  private boolean ended;

  PublishCall(Broker broker, StreamObserver<PublishResponse> responses) {
    this.broker = broker;
    this.responses = responses;
  }

  @Override
  public void onNext(PublishRequest request) {
    synchronized (broker) {
      if (ended) {
        return;
      }
      try {
        StoredPartition target = partition;
        if (target == null) {
          attach(request);
        } else if (request.hasBatch()) {
          append(target, request.getBatch());
        } else if (!request.hasSign()) {
          throw Refusals.invalid("request", "only batches and signs follow the attach");
        }
      } catch (StatusRuntimeException refusal) {
        end(refusal);
      }
    }
  }

  private void attach(PublishRequest request) {
    if (!request.hasAttach()) {
      throw Refusals.invalid("request", "the first request of the stream must be attach");
    }
    producer = request.getAttach().getProducerId();
    StoredPartition target =
        broker.partition(request.getAttach().getTopic(), request.getAttach().getPartition());
    partitions = request.getAttach().getPartitions();
    Offers.checkOffered(request.getAttach());
    target.attach(this);
    partition = target;
    responses.onNext(
        PublishResponse.newBuilder()
            .setAttached(
                PublishAttached.newBuilder()
                    .setEpoch(1)
                    .setPartitions(target.topic().config().getPartitions())
                    .setMaxMessageBytes(target.topic().config().getMaxMessageBytes())
                    .setMaxBatchBytes(MAX_BATCH_BYTES))
            .build());
  }

  private void append(StoredPartition target, PublishBatch batch) {
    Messages messages;
    try {
      messages = Messages.parseFrom(batch.getMessages());
    } catch (InvalidProtocolBufferException e) {
      throw Refusals.invalid("messages", "not an encoded Messages");
    }
    if (batch.getCount() < 1 || messages.getMessageCount() != batch.getCount()) {
      throw Refusals.invalid("count", "is not the number of messages");
    }
    OptionalLong lastOffset =
        target.append(producer, batch.getFirstSequence(), messages.getMessageList(), partitions);
    PublishConfirmation.Builder confirmation =
        PublishConfirmation.newBuilder()
            .setLastSequence(batch.getFirstSequence() + batch.getCount() - 1);
    lastOffset.ifPresent(confirmation::setLastOffset);
    responses.onNext(PublishResponse.newBuilder().setConfirmation(confirmation).build());
  }

  /** Ends the stream with an error. */
  void end(StatusRuntimeException why) {
    if (close()) {
      responses.onError(why);
    }
  }

  private boolean close() {
    boolean wasOpen = !ended;
    ended = true;
    if (partition != null) {
      partition.detach(this);
    }
    return wasOpen;
  }

  @Override
  public void onError(Throwable t) {
    synchronized (broker) {
      close();
    }
  }

  @Override
  public void onCompleted() {
    synchronized (broker) {
      if (close()) {
        responses.onCompleted();
      }
    }
  }
}
