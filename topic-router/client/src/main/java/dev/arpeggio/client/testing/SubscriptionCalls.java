package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateSubscriptionResponse;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionResponse;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PeekResponse;
import dev.arpeggio.protocol.v1.PeekedMessage;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.PurgeResponse;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SeekResponse;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import io.grpc.stub.StreamObserver;

/** What administrators do with the subscriptions of a partition. */
final class SubscriptionCalls extends SubscriptionsGrpc.SubscriptionsImplBase {
  private static final int DEFAULT_PEEK = 10;
  private static final int MAX_PEEK = 1_000;

  private final Broker broker;

  SubscriptionCalls(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void createSubscription(
      CreateSubscriptionRequest request, StreamObserver<CreateSubscriptionResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
          boolean created =
              partition.create(
                  request.getSubscription(),
                  SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED,
                  partition.find(request.getFrom()));
          return CreateSubscriptionResponse.newBuilder().setCreated(created).build();
        });
  }

  @Override
  public void deleteSubscription(
      DeleteSubscriptionRequest request, StreamObserver<DeleteSubscriptionResponse> response) {
    broker.answer(
        response,
        () -> {
          broker
              .partition(request.getTopic(), request.getPartition())
              .deleteSubscription(request.getSubscription());
          return DeleteSubscriptionResponse.getDefaultInstance();
        });
  }

  @Override
  public void seek(SeekRequest request, StreamObserver<SeekResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
          StoredSubscription subscription = partition.subscription(request.getSubscription());
          subscription.seek(partition.find(request.getTo()));
          return SeekResponse.getDefaultInstance();
        });
  }

  @Override
  public void purge(PurgeRequest request, StreamObserver<PurgeResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
          if (request.getSubscription().isEmpty()) {
            partition.subscriptions().forEach(StoredSubscription::purge);
          } else {
            partition.subscription(request.getSubscription()).purge();
          }
          return PurgeResponse.getDefaultInstance();
        });
  }

  @Override
  public void peek(PeekRequest request, StreamObserver<PeekResponse> response) {
    broker.answer(response, () -> peek(request));
  }

  private PeekResponse peek(PeekRequest request) {
    int most = request.getMaxMessages() == 0 ? DEFAULT_PEEK : request.getMaxMessages();
    Configs.check("count", most, 1, MAX_PEEK);
    StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
    long from = partition.find(request.getFrom());
    PeekResponse.Builder answer = PeekResponse.newBuilder().setNextOffset(partition.nextOffset());
    if (request.getSubscription().isEmpty()) {
      partition.from(from).stream()
          .limit(most)
          .map(message -> peeked(message).setState(PeekedMessage.State.RETAINED))
          .forEach(answer::addMessages);
    } else {
      partition.subscription(request.getSubscription()).openFrom(from).stream()
          .limit(most)
          .map(
              held ->
                  peeked(held.message())
                      .setState(held.state(partition.now()))
                      .setRedeliveries(held.failures()))
          .forEach(answer::addMessages);
    }
    int count = answer.getMessagesCount();
    if (count == most) {
      answer.setNextOffset(answer.getMessages(count - 1).getOffset() + 1);
    }
    return answer.build();
  }

  private static PeekedMessage.Builder peeked(StoredMessage message) {
    return PeekedMessage.newBuilder()
        .setOffset(message.offset())
        .setPublishTimeMs(message.committedMillis())
        .setMessage(message.message());
  }

  @Override
  public void redrive(RedriveRequest request, StreamObserver<RedriveResponse> response) {
    broker.answer(
        response,
        () -> {
          if (!request.getTarget().isEmpty()) {
            Names.checked(request.getTarget());
          }
          StoredPartition partition = broker.partition(request.getTopic(), request.getPartition());
          long end =
              request.getCount() == 0
                  ? partition.nextOffset()
                  : Math.min(partition.nextOffset(), request.getFirstOffset() + request.getCount());
          return partition
              .subscription(QueueCalls.named(request.getSubscription()))
              .redrive(request.getFirstOffset(), end, request.getTarget());
        });
  }
}
