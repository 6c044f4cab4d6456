package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeAttached;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.Delivery;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.Position;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.protocol.v1.TopicConfig.SubscriptionStart;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One consumer's stream from one partition. Guarded by the broker's monitor. */
final class ConsumeCall implements StreamObserver<ConsumeRequest> {
  private static final int MAX_REASON = 256;
  private static final long LONGEST_MILLIS = 86_400_000;

  private final Broker broker;
  private final StreamObserver<ConsumeResponse> responses;
  private @Nullable Attachment attachment;
  private boolean ended;

  private record Attachment(StoredSubscription subscription, AttachedConsumer consumer) {}

  ConsumeCall(Broker broker, StreamObserver<ConsumeResponse> responses) {
    this.broker = broker;
    this.responses = responses;
  }

  @Override
  public void onNext(ConsumeRequest request) {
    synchronized (broker) {
      if (ended) {
        return;
      }
      try {
        Attachment attached = attachment;
        if (attached != null) {
          control(request, attached.subscription(), attached.consumer());
        } else if (request.hasAttach()) {
          attach(request.getAttach());
        } else {
          throw Refusals.invalid("request", "the first request of the stream must be attach");
        }
      } catch (StatusRuntimeException refusal) {
        end(refusal);
      }
    }
  }

  private static Position start(StoredPartition partition) {
    boolean latest = partition.topic().config().getSubscriptionStart() == SubscriptionStart.LATEST;
    return latest ? Position.newBuilder().setLatest(true).build() : Position.getDefaultInstance();
  }

  private void attach(ConsumeAttach request) {
    StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
    Offers.checkRequested(request.getRequested());
    String name = QueueCalls.named(request.getSubscription());
    partition.create(name, request.getKind(), partition.find(start(partition)));
    StoredSubscription subscription = partition.subscription(name);
    AttachedConsumer consumer = new AttachedConsumer(request.getConsumerId(), this);
    subscription.attach(consumer, request.getKind());
    attachment = new Attachment(subscription, consumer);
    responses.onNext(
        ConsumeResponse.newBuilder()
            .setAttached(
                ConsumeAttached.newBuilder()
                    .setEpoch(1)
                    .setPartitions(partition.topic().config().getPartitions())
                    .setLeaseMs(Math.toIntExact(partition.topic().config().getLeaseMs()))
                    .setIncarnation(partition.topic().incarnation()))
            .build());
    credit(subscription, consumer, request.getCredit());
  }

  private void control(
      ConsumeRequest request, StoredSubscription subscription, AttachedConsumer consumer) {
    switch (request.getRequestCase()) {
      case CREDIT -> credit(subscription, consumer, request.getCredit().getMessages());
      case ACKNOWLEDGEMENT -> {
        subscription.acknowledge(request.getAcknowledgement().getRangesList());
        responses.onNext(
            ConsumeResponse.newBuilder().setAcknowledged(request.getAcknowledgement()).build());
      }
      case RELEASE -> subscription.release(consumer, request.getRelease().getRangesList());
      case RETRY -> retry(request.getRetry(), subscription, consumer);
      case REJECT -> reject(request.getReject(), subscription, consumer);
      case EXTEND -> {
        long millis = request.getExtend().getDurationMs();
        Configs.check("duration", millis, 1, LONGEST_MILLIS);
        subscription.extend(consumer, request.getExtend().getRangesList(), millis);
      }
      case ATTACH, REQUEST_NOT_SET ->
          throw Refusals.invalid("request", "does not follow the attach");
    }
  }

  private static void credit(
      StoredSubscription subscription, AttachedConsumer consumer, int messages) {
    Configs.check("credit", messages, 0, Integer.MAX_VALUE);
    consumer.addCredit(messages);
    subscription.pump();
  }

  private static void retry(
      Retry retry, StoredSubscription subscription, AttachedConsumer consumer) {
    Configs.check("delay", retry.getDelayMs(), 0, LONGEST_MILLIS);
    subscription.retry(
        consumer, retry.getRangesList(), retry.hasDelayMs() ? retry.getDelayMs() : null);
  }

  private static void reject(
      Reject reject, StoredSubscription subscription, AttachedConsumer consumer) {
    if (reject.getReason().length() > MAX_REASON) {
      throw Refusals.invalid("reason", "longer than " + MAX_REASON + " characters");
    }
    subscription.reject(consumer, reject.getRangesList(), reject.getReason());
  }

  /** Sends messages, those that lie side by side together. */
  void deliver(List<HeldMessage> messages) {
    int first = 0;
    for (int i = 1; i <= messages.size(); i++) {
      if (i == messages.size() || !follows(messages.get(i - 1), messages.get(i))) {
        send(messages.subList(first, i));
        first = i;
      }
    }
  }

  private static boolean follows(HeldMessage before, HeldMessage message) {
    return message.offset() == before.offset() + 1
        && message.failures() == before.failures()
        && message.message().committedMillis() == before.message().committedMillis();
  }

  private void send(List<HeldMessage> run) {
    Messages.Builder messages = Messages.newBuilder();
    run.forEach(held -> messages.addMessage(held.message().message()));
    responses.onNext(
        ConsumeResponse.newBuilder()
            .setDelivery(
                Delivery.newBuilder()
                    .setFirstOffset(run.get(0).offset())
                    .setCount(run.size())
                    .setRedeliveries(run.get(0).failures())
                    .setPublishTimeMs(run.get(0).message().committedMillis())
                    .setMessages(messages.build().toByteString()))
            .build());
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
    if (attachment != null) {
      attachment.subscription().detach(attachment.consumer());
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
