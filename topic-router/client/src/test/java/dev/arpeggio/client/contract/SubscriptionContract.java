package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.SubscriptionStart;
import dev.arpeggio.client.TopicOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets what. */
public abstract class SubscriptionContract extends Contract {
  private static final Duration SHORT = Duration.ofMillis(20);

  /** Consumers of one subscription, attached to all partitions. */
  private List<Consumer> consumers(String topic, SubscriptionKind kind, int number) {
    List<Consumer> consumers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      consumers.add(consumer(topic, kind));
    }
    awaitConsumers(topic, number);
    return consumers;
  }

  /** What each of them gets, until all together have that many. */
  private static Map<Consumer, List<ReceivedMessage>> share(List<Consumer> consumers, int total) {
    Map<Consumer, List<ReceivedMessage>> received = new LinkedHashMap<>();
    consumers.forEach(consumer -> received.put(consumer, new ArrayList<>()));
    await(
        total + " messages",
        () -> {
          received.forEach(
              (consumer, messages) -> messages.addAll(consumer.receiveBatch(1_000, SHORT)));
          return received.values().stream().mapToInt(List::size).sum() >= total;
        });
    assertEquals(total, received.values().stream().mapToInt(List::size).sum());
    return received;
  }

  private static List<Message> keyed(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Message.of(Integer.toString(i)).withKey("key-" + i % 50))
        .toList();
  }

  @Test
  void everySubscriptionGetsEverythingAndKnowsWhatItHasAcknowledged() {
    String topic = topic();
    ConsumerOptions other = ConsumerOptions.defaults().withSubscription("other");
    admin().partition(topic, 0).createSubscription("other", Position.earliest());
    publish(topic, "a", "b", "c");
    try (Consumer first = client().consumer(topic)) {
      consume(first, 2);
    }
    assertEquals(List.of("c"), texts(consume(consumer(topic), 1)));
    assertEquals(List.of("a", "b", "c"), texts(consume(consumer(topic, other), 3)));
  }

  @Test
  void sharedMessagesGoToAll() {
    String topic = topic(TopicOptions.defaults().withPartitions(4));
    List<Consumer> consumers = consumers(topic, SubscriptionKind.SHARED, 4);
    publish(topic, keyed(400));

    share(consumers, 400)
        .forEach(
            (consumer, messages) ->
                assertTrue(messages.size() >= 20, "one of four got " + messages.size()));
  }

  @Test
  void anExclusiveSubscriptionHasOneConsumer() {
    String topic = topic(TopicOptions.defaults().withPartitions(4));
    Consumer first = consumer(topic, SubscriptionKind.EXCLUSIVE);
    awaitConsumers(topic, 1);
    refused(
        Reason.SUBSCRIPTION_BUSY,
        () -> consumer(topic, SubscriptionKind.EXCLUSIVE).receive(PATIENCE));
    publish(topic, keyed(100));
    assertEquals(100, consume(first, 100).size());
  }

  @Test
  void oneOfTwoThatBeginAtTheSameTimeHasTheExclusiveSubscription() {
    String topic = topic(TopicOptions.defaults().withPartitions(8));
    Consumer one = consumer(topic, SubscriptionKind.EXCLUSIVE);
    Consumer two = consumer(topic, SubscriptionKind.EXCLUSIVE);
    publish(topic, keyed(100));
    int received = 0;
    int refused = 0;
    for (Consumer consumer : List.of(one, two)) {
      try {
        received += receive(consumer, 100).size();
      } catch (ArpeggioException e) {
        assertEquals(Reason.SUBSCRIPTION_BUSY, e.reason());
        refused++;
      }
      if (received > 0) {
        break;
      }
    }
    assertEquals(100, received);
    assertTrue(refused <= 1);
  }

  @Test
  void inFailoverPartitionsAreSpreadAndEachIsWithOneConsumer() {
    String topic = topic(TopicOptions.defaults().withPartitions(8));
    List<Consumer> consumers = consumers(topic, SubscriptionKind.FAILOVER, 4);
    publish(topic, keyed(400));

    TreeSet<Integer> all = new TreeSet<>();
    share(consumers, 400)
        .forEach(
            (consumer, messages) -> {
              TreeSet<Integer> partitions = new TreeSet<>();
              messages.forEach(message -> partitions.add(message.partition()));
              assertEquals(2, partitions.size(), partitions.toString());
              all.addAll(partitions);
            });
    assertEquals(8, all.size());
  }

  @Test
  void whenTheOneInChargeGoesTheNextGetsWhatItHeldInOrder() {
    String topic = topic();
    List<Consumer> consumers = consumers(topic, SubscriptionKind.FAILOVER, 3);
    publish(topic, "a", "b", "c");
    Map<Consumer, List<ReceivedMessage>> received = share(consumers, 3);
    List<Consumer> served =
        consumers.stream()
            .filter(consumer -> !received.getOrDefault(consumer, List.of()).isEmpty())
            .toList();
    assertEquals(1, served.size());

    served.get(0).acknowledge(received.getOrDefault(served.get(0), List.of()).get(0));
    served.get(0).close();
    List<Consumer> others = consumers.stream().filter(c -> c != served.get(0)).toList();
    List<List<ReceivedMessage>> after =
        share(others, 2).values().stream().filter(messages -> !messages.isEmpty()).toList();

    assertEquals(1, after.size());
    assertEquals(List.of("b", "c"), texts(after.get(0)));
    assertEquals(1, after.get(0).get(0).redeliveries());
  }

  @Test
  void aKeyIsWithOneConsumerAndKeysAreSpread() {
    String topic = topic(TopicOptions.defaults().withPartitions(4));
    List<Consumer> consumers = consumers(topic, SubscriptionKind.KEY_SHARED, 4);
    publish(topic, keyed(400));

    Map<String, Consumer> holders = new TreeMap<>();
    Map<String, List<Integer>> orders = new TreeMap<>();
    share(consumers, 400)
        .forEach(
            (consumer, messages) -> {
              assertFalse(messages.isEmpty());
              for (ReceivedMessage message : messages) {
                String key = new String(message.key(), StandardCharsets.UTF_8);
                Consumer holder = holders.putIfAbsent(key, consumer);
                assertTrue(holder == null || holder == consumer, key);
                orders
                    .computeIfAbsent(key, k -> new ArrayList<>())
                    .add(Integer.parseInt(message.text()));
              }
            });
    assertEquals(50, orders.size());
    orders.forEach((key, order) -> assertEquals(order.stream().sorted().toList(), order, key));
  }

  @Test
  void theKindOfASubscriptionIsChosenOnce() {
    String topic = topic();
    Consumer first = consumer(topic, SubscriptionKind.FAILOVER);
    awaitConsumers(topic, 1);
    ArpeggioException refusal =
        refused(
            Reason.INVALID_ARGUMENT,
            () -> consumer(topic, SubscriptionKind.SHARED).receive(PATIENCE));
    assertEquals("kind", refusal.details().get("field"));
    assertEquals("FAILOVER", refusal.details().get("kind"));
    assertEquals("SHARED", refusal.details().get("requested"));
    publish(topic, "x");
    assertEquals("x", next(first).text());
  }

  @Test
  void aConsumerThatGoesGivesBackWhatItHeld() {
    String topic = topic();
    publish(topic, "a", "b");
    try (Consumer first = client().consumer(topic)) {
      first.acknowledge(receive(first, 2).get(0));
    }
    ReceivedMessage again = next(consumer(topic));
    assertEquals("b", again.text());
    assertEquals(1, again.redeliveries());
  }

  @Test
  void aConsumerHoldsNoMoreThanItsCredit() {
    String topic = topic();
    publish(topic, numbers(20));
    Consumer consumer = consumer(topic, ConsumerOptions.defaults().withCredit(5));
    List<ReceivedMessage> held = receive(consumer, 5);
    assertEquals(5, subscription(topic).leased());
    held.forEach(consumer::acknowledge);
    assertEquals(List.of("5", "6", "7", "8", "9"), texts(receive(consumer, 5)));
  }

  @Test
  void whoWaitsWithoutAThreadIsToldWhenMessagesCome() {
    String topic = topic();
    Consumer consumer = consumer(topic);
    CompletableFuture<List<ReceivedMessage>> first = consumer.receiveAsync(2);
    CompletableFuture<List<ReceivedMessage>> second = consumer.receiveAsync(2);
    publish(topic, "a", "b", "c");

    List<ReceivedMessage> received = new ArrayList<>(get(first));
    received.addAll(get(second));
    assertEquals(List.of("a", "b", "c"), texts(received));
    CompletableFuture<List<ReceivedMessage>> last = consumer.receiveAsync(1);
    consumer.close();
    assertEquals(Reason.CLOSED, failure(last).reason());
  }

  @Test
  void aDeletedSubscriptionEndsItsConsumers() {
    String topic = topic();
    Consumer consumer = consumer(topic);
    awaitConsumers(topic, 1);
    admin().partition(topic, 0).deleteSubscription("default");
    refused(Reason.SUBSCRIPTION_BUSY, () -> consumer.receive(PATIENCE));
    assertTrue(partition(topic, 0).subscriptions().isEmpty());
  }

  @Test
  void aSubscriptionBeginsWhereItIsCreated() {
    String topic = topic();
    publish(topic, "a", "b");
    var partition = admin().partition(topic, 0);
    assertTrue(partition.createSubscription("default", Position.latest()));
    assertFalse(partition.createSubscription("default", Position.earliest()));
    publish(topic, "c");
    assertEquals("c", next(consumer(topic)).text());
  }

  private static final TopicOptions EXCLUSIVE_AND_LATEST =
      TopicOptions.defaults()
          .withSubscriptionKind(SubscriptionKind.EXCLUSIVE)
          .withSubscriptionStart(SubscriptionStart.LATEST);

  @Test
  void aNewSubscriptionIsOfTheKindAndBeginsWhereItsTopicSays() {
    String topic = topic(EXCLUSIVE_AND_LATEST);
    publish(topic, "before");
    Consumer only = consumer(topic);
    awaitConsumers(topic, 1);
    publish(topic, "behind");
    assertEquals(List.of("behind"), texts(receive(only, 1)));
    Consumer second = consumer(topic);
    refused(Reason.SUBSCRIPTION_BUSY, () -> second.receive(PATIENCE));
  }

  @Test
  void whatAConsumerSaysCountsMoreThanWhatItsTopicSays() {
    String topic = topic(EXCLUSIVE_AND_LATEST);
    Consumer first = consumer(topic, SubscriptionKind.SHARED);
    awaitConsumers(topic, 1);
    Consumer second = consumer(topic);
    awaitConsumers(topic, 2);
    publish(topic, numbers(2));
    assertEquals(2, receive(first, 1).size() + receive(second, 1).size());
  }

  @Test
  void whatATopicSaysLaterChangesNoSubscriptionThatExists() {
    String topic = topic();
    consumers(topic, SubscriptionKind.SHARED, 1);
    publish(topic, "before");
    admin().updateTopic(topic, EXCLUSIVE_AND_LATEST);
    Consumer another = consumer(topic);
    awaitConsumers(topic, 2);
    assertEquals(List.of(topic), another.topics());

    Consumer late = consumer(topic, ConsumerOptions.defaults().withSubscription("late"));
    await(
        "the new subscription",
        () ->
            partition(topic, 0).subscriptions().stream()
                .anyMatch(of -> of.subscription().equals("late") && of.consumers() == 1));
    publish(topic, "behind");
    assertEquals(List.of("behind"), texts(receive(late, 1)));
  }
}
