package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Partitioning;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.UpdatedTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Topics that get more partitions while they are in use. */
public abstract class GrowthContract extends Contract {
  private static final int KEYS = 20;

  private UpdatedTopic grow(String topic, int partitions) {
    UpdatedTopic grown =
        admin().updateTopic(topic, TopicOptions.defaults().withPartitions(partitions));
    assertEquals(List.of(), grown.pending());
    return grown;
  }

  private static String key(int number) {
    return "key-" + number % KEYS;
  }

  private static Message numbered(int number) {
    return Message.of(Integer.toString(number)).withKey(key(number));
  }

  private static int place(int number, int partitions) {
    return Partitioning.ofKey(key(number).getBytes(StandardCharsets.UTF_8), partitions);
  }

  @Test
  void aTopicGetsMorePartitionsAndNotFewer() {
    String topic = topic();
    assertEquals(3, grow(topic, 3).settings().partitions());
    assertEquals(3, admin().describeTopic(topic).partitions().size());
    assertEquals(grow(topic, 3).version(), admin().describeTopic(topic).version());
    refusedField(
        "partitions", () -> admin().updateTopic(topic, TopicOptions.defaults().withPartitions(2)));
    refusedField(
        "partitions",
        () ->
            admin()
                .updateTopic(
                    topic, TopicOptions.defaults().withPartitions(4).withKeepLastPerKey(1)));
    admin().updateTopic(topic, TopicOptions.defaults().withKeepLastPerKey(1));
    refusedField(
        "partitions", () -> admin().updateTopic(topic, TopicOptions.defaults().withPartitions(4)));
    assertEquals(3, admin().describeTopic(topic).partitions().size());
  }

  @Test
  void whoeverPublishesAndConsumesFollowsAndKeysKeepTheirOrder() {
    String topic = topic();
    Producer producer = producer(topic);
    Consumer consumer = consumer(topic);
    List<String> received = new ArrayList<>();
    int sent = 0;
    for (int partitions : new int[] {1, 2, 5}) {
      if (partitions > 1) {
        grow(topic, partitions);
      }
      for (int i = 0; i < 2 * KEYS; i++, sent++) {
        assertEquals(
            place(sent, partitions), get(producer.send(numbered(sent))).partition(), key(sent));
      }
      // So nothing is unread when the topic grows.
      received.addAll(texts(consume(consumer, 2 * KEYS)));
    }
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    received.stream()
        .map(Integer::valueOf)
        .forEach(number -> byKey.computeIfAbsent(key(number), k -> new ArrayList<>()).add(number));
    byKey.forEach((key, numbers) -> assertEquals(numbers.stream().sorted().toList(), numbers, key));
    assertEquals(sent, new LinkedHashSet<>(received).size());
  }

  @Test
  void whatIsSentWhileATopicGrowsIsStoredOnceAndNoKeyGoesBack() throws Exception {
    String topic = topic();
    Producer producer = producer(topic);
    List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
    List<Integer> counts = List.of(1, 2, 3, 7);
    get(producer.send(numbered(0)));
    Thread load =
        new Thread(
            () -> {
              for (int i = 1; i <= 20_000; i++) {
                confirmations.add(producer.send(numbered(i)));
              }
            });
    load.start();
    for (int partitions : counts.subList(1, counts.size())) {
      long before = stored(topic);
      await("progress", () -> stored(topic) > before || !load.isAlive());
      grow(topic, partitions);
    }
    load.join();
    confirmations.forEach(Contract::get);

    // Of each key: first those that were chosen among fewer, then those among more.
    Map<String, Integer> reached = new LinkedHashMap<>();
    for (int i = 1; i <= confirmations.size(); i++) {
      int partition = get(confirmations.get(i - 1)).partition();
      int number = i;
      int at = reached.getOrDefault(key(i), 0);
      int now =
          IntStream.range(at, counts.size())
              .filter(index -> place(number, counts.get(index)) == partition)
              .findFirst()
              .orElseThrow(() -> new AssertionError(key(number) + " went back"));
      reached.put(key(i), now);
    }
    Map<String, Integer> last = new LinkedHashMap<>();
    Set<Integer> seen = new TreeSet<>();
    Consumer consumer = consumer(topic);
    while (seen.size() <= confirmations.size()) {
      for (ReceivedMessage message : receive(consumer, 1)) {
        consumer.acknowledge(message);
        int number = Integer.parseInt(message.text());
        assertTrue(seen.add(number), number + " came twice");
        Integer before = last.put(key(number) + " in " + message.partition(), number);
        assertTrue(before == null || before < number, number + " after " + before);
      }
    }
    assertEquals(confirmations.size() + 1, stored(topic));
  }

  private long stored(String topic) {
    return admin().describeTopic(topic).partitions().stream().mapToLong(p -> p.nextOffset()).sum();
  }

  @Test
  void messagesWithoutAKeyGoToTheNewPartitionsToo() {
    String topic = topic();
    Producer producer = producer(topic);
    get(producer.send(Message.of("first")));
    grow(topic, 3);
    Set<Integer> used = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      used.add(get(producer.send(Message.of("m" + i))).partition());
    }
    assertEquals(Set.of(0, 1, 2), used);
  }

  @Test
  void aSubscriptionMissesNothingThatIsInTheNewPartitions() {
    String topic = topic();
    ConsumerOptions audit =
        ConsumerOptions.defaults().withSubscription("audit").withKind(SubscriptionKind.KEY_SHARED);
    try (Consumer early = client().consumer(topic, audit)) {
      awaitConsumers(topic, 1);
      assertEquals(List.of(topic), early.topics());
    }
    grow(topic, 4);
    try (Producer producer = client().producer(topic)) {
      IntStream.range(0, KEYS).forEach(i -> get(producer.send(numbered(i))));
    }
    consume(consumer(topic), KEYS);
    assertEquals(KEYS, texts(receive(consumer(topic, audit), KEYS)).size());
    assertTrue(
        admin().describeTopic(topic).partitions().stream()
            .allMatch(
                partition ->
                    partition.subscriptions().stream()
                        .anyMatch(of -> of.subscription().equals("audit"))));
  }

  @Test
  void aSubscriptionThatBeginsAtTheEndBeginsThereInEveryPartition() {
    String topic = topic();
    grow(topic, 2);
    try (Producer producer = client().producer(topic)) {
      IntStream.range(0, KEYS).forEach(i -> get(producer.send(numbered(i))));
      for (int partition = 0; partition < 2; partition++) {
        assertTrue(
            admin().partition(topic, partition).createSubscription("late", Position.latest()));
      }
      get(producer.send(Message.of("news").withKey("k")));
    }
    Consumer late = consumer(topic, ConsumerOptions.defaults().withSubscription("late"));
    assertEquals(List.of("news"), texts(receive(late, 1)));
  }

  @Test
  void anExclusiveConsumerHasTheNewPartitionsToo() {
    String topic = topic();
    Consumer only = consumer(topic, SubscriptionKind.EXCLUSIVE);
    awaitConsumers(topic, 1);
    grow(topic, 3);
    awaitConsumers(topic, 1);
    Consumer other = consumer(topic, SubscriptionKind.EXCLUSIVE);
    refused(Reason.SUBSCRIPTION_BUSY, () -> other.receive(PATIENCE));
    try (Producer producer = client().producer(topic)) {
      IntStream.range(0, KEYS).forEach(i -> get(producer.send(numbered(i))));
    }
    consume(only, KEYS);
  }
}
