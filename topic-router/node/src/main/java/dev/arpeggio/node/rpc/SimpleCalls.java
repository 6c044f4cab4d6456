package dev.arpeggio.node.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.arpeggio.client.Partitioning;
import dev.arpeggio.node.hosting.PartitionHost.TopicSource;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.AcknowledgeResponse;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SendResponse;
import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicName;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Send, Receive and Acknowledge: one call, one answer, at any node. */
public final class SimpleCalls {

  static final int MAX_RECEIVE = 1_000;
  static final int MAX_WAIT_MILLIS = 30_000;

  /** How often a node chooses the partition of a message, in a topic that gets more of them. */
  private static final int CHOICES = 3;

  private final Forwarder forwarder;
  private final TopicSource topics;
  private final Supplier<ConsumerId> consumerIds;

  /**
   * @param topics any thread; answers on a loop of its own
   * @param consumerIds a new identity for each Receive; any thread
   */
  public SimpleCalls(Forwarder forwarder, TopicSource topics, Supplier<ConsumerId> consumerIds) {
    this.forwarder = forwarder;
    this.topics = topics;
    this.consumerIds = consumerIds;
  }

  void send(SendRequest request, StreamObserver<SendResponse> response) {
    guarded(
        response,
        () -> {
          if (request.getMessagesCount() == 0) {
            throw Errors.invalid("messages", "must not be empty");
          }
          ProducerId producer = Requests.producer(request.getProducerId());
          PartitionId named = Requests.partition(request.getTopic(), request.getPartition());
          int among = Requests.partitions(request.getPartitions());
          if (request.hasPartition()) {
            sendTo(named, producer, request, response);
          } else if (among > 0) {
            sendTo(byKey(named.topic(), request, among), producer, request, response);
          } else {
            choose(named.topic(), producer, request, response, CHOICES);
          }
        });
  }

  /** Among as many partitions as there are; again if there are more when the message arrives. */
  private void choose(
      TopicName topic,
      @Nullable ProducerId producer,
      SendRequest request,
      StreamObserver<SendResponse> response,
      int choices) {
    // The number of hops travels with the call's context.
    Context context = Context.current();
    topics.get(
        topic,
        Completion.of(
            config -> {
              int among = config.partitions();
              SendRequest chosen = request.toBuilder().setPartitions(among).build();
              Runnable again = () -> choose(topic, producer, request, response, choices - 1);
              context.run(
                  () ->
                      sendTo(
                          byKey(topic, request, among),
                          producer,
                          chosen,
                          choices == 1
                              ? response
                              : new Chosen(response, () -> context.run(again))));
            },
            error -> response.onError(Errors.of(error))));
  }

  private static PartitionId byKey(TopicName topic, SendRequest request, int partitions) {
    return new PartitionId(topic, partitionOf(request.getMessages(0).getKey(), partitions));
  }

  /** The answer to a message whose partition this node chose. */
  private record Chosen(StreamObserver<SendResponse> response, Runnable again)
      implements StreamObserver<SendResponse> {
    @Override
    public void onNext(SendResponse answer) {
      response.onNext(answer);
    }

    @Override
    public void onError(Throwable t) {
      if (Errors.isBecause(ErrorReason.PARTITIONS_CHANGED, t)) {
        again.run();
      } else {
        response.onError(t);
      }
    }

    @Override
    public void onCompleted() {
      response.onCompleted();
    }
  }

  private void sendTo(
      PartitionId id,
      @Nullable ProducerId producer,
      SendRequest request,
      StreamObserver<SendResponse> response) {
    // The owner must not choose again.
    SendRequest addressed = request.toBuilder().setPartition(id.partition()).build();
    forwarder.serve(
        id,
        QueueGrpc.getSendMethod(),
        addressed,
        response,
        (shard, open) ->
            open.partition()
                .append(
                    new Batch(
                        producer,
                        request.getFirstSequence(),
                        request.getMessagesCount(),
                        Messages.newBuilder()
                            .addAllMessage(request.getMessagesList())
                            .build()
                            .toByteString()
                            .asReadOnlyByteBuffer(),
                        request.getMoved(),
                        addressed.getPartitions()),
                    new Completion<>() {
                      @Override
                      public void succeeded(Appended appended) {
                        SendResponse.Builder answer =
                            SendResponse.newBuilder().setPartition(id.partition());
                        appended.lastOffset().ifPresent(answer::setLastOffset);
                        answer.addAllNotHeard(QosFields.encode(appended.notHeard()));
                        answer(response, answer.build());
                      }

                      @Override
                      public void failed(QueueException e) {
                        response.onError(Errors.fromPartition(e));
                      }
                    }));
  }

  void receive(ReceiveRequest request, StreamObserver<ReceiveResponse> response) {
    guarded(
        response,
        () -> {
          PartitionId id = Requests.partition(request.getTopic(), request.getPartition());
          int max = bounded("max_messages", request.getMaxMessages(), MAX_RECEIVE);
          int waitMillis = bounded("wait_ms", request.getWaitMs(), MAX_WAIT_MILLIS);
          forwarder.serve(
              id,
              QueueGrpc.getReceiveMethod(),
              request,
              response,
              (shard, open) ->
                  new PullConsumer(
                          (ServerCallStreamObserver<ReceiveResponse>) response,
                          shard.loop(),
                          open,
                          Math.max(1, max))
                      .start(
                          Requests.subscription(request.getSubscription()),
                          consumerIds.get(),
                          Duration.ofMillis(waitMillis)));
        });
  }

  void acknowledge(AcknowledgeRequest request, StreamObserver<AcknowledgeResponse> response) {
    guarded(
        response,
        () -> {
          PartitionId id = Requests.partition(request.getTopic(), request.getPartition());
          List<OffsetRange> ranges = Requests.ranges(request.getRangesList());
          forwarder.serve(
              id,
              QueueGrpc.getAcknowledgeMethod(),
              request,
              response,
              (shard, open) ->
                  acknowledge(
                      open.partition(),
                      Requests.subscription(request.getSubscription()),
                      ranges,
                      response));
        });
  }

  private static void acknowledge(
      Partition partition,
      String subscription,
      List<OffsetRange> ranges,
      StreamObserver<AcknowledgeResponse> response) {
    partition.acknowledge(
        subscription,
        ranges,
        new Completion<>() {
          @Override
          public void succeeded(Done done) {
            answer(response, AcknowledgeResponse.getDefaultInstance());
          }

          @Override
          public void failed(QueueException e) {
            response.onError(Errors.fromPartition(e));
          }
        });
  }

  private static int partitionOf(ByteString key, int partitions) {
    return key.isEmpty() ? 0 : Partitioning.ofKey(key.toByteArray(), partitions);
  }

  private static int bounded(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw Errors.invalid(
          field, Integer.toUnsignedString(value) + " is out of range; at most " + max);
    }
    return value;
  }

  static <A extends MessageLite> void answer(StreamObserver<A> response, A answer) {
    response.onNext(answer);
    response.onCompleted();
  }

  /**
   * A call's beginning, on Netty's thread: whatever is wrong with the request becomes its answer.
   */
  interface Beginning {
    void run() throws QueueException;
  }

  static void guarded(StreamObserver<?> response, Beginning beginning) {
    try {
      beginning.run();
    } catch (QueueException e) {
      response.onError(Errors.of(e));
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }
}
