package dev.arpeggio.node.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SendResponse;
import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.Outlet;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from the partitions of one event loop to those of other topics: the same as that of a
 * Send call, which ends at the owner, wherever it is. Belongs to the loop.
 */
public final class RingOutlet implements Outlet {
  private static final int ID_BYTES = 16;

  private final EventLoop loop;
  private final TopicCatalog catalog;
  private final Supplier<@Nullable Forwarder> forwarder;

  /**
   * @param loop of the partitions that use this
   * @param catalog bound to the loop
   * @param forwarder null as long as the node is starting
   */
  public RingOutlet(EventLoop loop, TopicCatalog catalog, Supplier<@Nullable Forwarder> forwarder) {
    this.loop = loop;
    this.catalog = catalog;
    this.forwarder = forwarder;
  }

  @Override
  public void place(
      TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
    catalog.get(
        topic,
        Completion.of(
            config -> done.succeeded(place(topic, origin, config)),
            error -> {
              if (create && error.reason() == QueueException.Reason.TOPIC_NOT_FOUND) {
                create(topic, origin, done);
              } else {
                done.failed(error);
              }
            }));
  }

  // Another partition may be faster; whoever asks again finds the topic.
  private void create(TopicName topic, PartitionId origin, Completion<PartitionId> done) {
    catalog.create(
        topic,
        TopicConfig.defaults(),
        Completion.of(config -> done.succeeded(place(topic, origin, config)), done::failed));
  }

  private static PartitionId place(TopicName topic, PartitionId origin, TopicConfig config) {
    return new PartitionId(topic, origin.partition() % config.partitions());
  }

  @Override
  public void append(PartitionId target, Batch batch, Completion<Appended> done) {
    Forwarder way = forwarder.get();
    SendRequest request;
    try {
      request = request(target, batch);
    } catch (InvalidProtocolBufferException e) {
      done.failed(QueueException.invalidArgument("messages", "not an encoded Messages"));
      return;
    }
    if (way == null) {
      done.failed(QueueException.storeUnavailable("this node is starting", null));
      return;
    }
    Answer answer = new Answer(done);
    way.serve(
        target,
        QueueGrpc.getSendMethod(),
        request,
        answer,
        (shard, open) ->
            open.partition()
                .append(
                    batch,
                    Completion.of(
                        appended -> loop.execute(() -> answer.succeed(appended)),
                        error -> loop.execute(() -> answer.fail(error)))));
  }

  private static SendRequest request(PartitionId target, Batch batch)
      throws InvalidProtocolBufferException {
    SendRequest.Builder request =
        SendRequest.newBuilder()
            .setTopic(target.topic().value())
            .setPartition(target.partition())
            .setFirstSequence(batch.firstSequence())
            .setMoved(batch.moved())
            .addAllMessages(Messages.parseFrom(batch.messages().duplicate()).getMessageList());
    ProducerId producer = batch.producer();
    if (producer != null) {
      ByteBuffer id = ByteBuffer.allocate(ID_BYTES);
      id.putLong(producer.high()).putLong(producer.low()).flip();
      request.setProducerId(ByteString.copyFrom(id));
    }
    return request.build();
  }

  /** Brings the answer back to the loop, once. */
  private final class Answer implements StreamObserver<SendResponse> {
    private final Completion<Appended> done;
    private boolean answered;

    Answer(Completion<Appended> done) {
      this.done = done;
    }

    void succeed(Appended appended) {
      if (!answered) {
        answered = true;
        done.succeeded(appended);
      }
    }

    void fail(QueueException error) {
      if (!answered) {
        answered = true;
        done.failed(error);
      }
    }

    @Override
    public void onNext(SendResponse response) {
      OptionalLong last =
          response.hasLastOffset()
              ? OptionalLong.of(response.getLastOffset())
              : OptionalLong.empty();
      loop.execute(() -> succeed(new Appended(last, QosFields.decode(response.getNotHeardList()))));
    }

    @Override
    public void onError(Throwable t) {
      loop.execute(() -> fail(failure(t)));
    }

    @Override
    public void onCompleted() {}
  }

  // What does not come from a partition may have reached one.
  private static QueueException failure(Throwable t) {
    com.google.rpc.Status status = StatusProto.fromThrowable(t);
    String message = String.valueOf(t.getMessage());
    if (status != null && status.getDetailsCount() > 0) {
      try {
        ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
        return QueueException.reported(info.getReason(), message, info.getMetadataMap());
      } catch (InvalidProtocolBufferException e) {
        return QueueException.reported("", message, Map.of());
      }
    }
    return QueueException.reported("", message, Map.of());
  }
}
