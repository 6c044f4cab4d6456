package dev.arpeggio.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.TopicOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four consumers of 64 partitions that several nodes own, counted. */
class ConsumerBalanceTest {
  private static final int PARTITIONS = 64;
  private static final int MESSAGES = 3_200;
  private static final int KEYS = 800;
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir Path directory;
  private TestCluster cluster;
  private Arpeggio client;
  private Producer producer;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory).start(2).untilIdeal();
    client = cluster.connect();
    client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(PARTITIONS));
    producer = client.producer("orders");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private List<Consumer> consumers(SubscriptionKind kind, int number) {
    List<Consumer> consumers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      consumers.add(consumer(kind));
    }
    awaitConsumers(kind, number);
    return consumers;
  }

  private Consumer consumer(SubscriptionKind kind) {
    return client.consumer(
        "orders",
        ConsumerOptions.defaults().withSubscription(kind.name()).withKind(kind).withCredit(6_400));
  }

  private void awaitConsumers(SubscriptionKind kind, int number) {
    TestCluster.await(
        number + " consumers at each partition",
        () ->
            client.admin().describeTopic("orders").partitions().stream()
                .allMatch(
                    partition ->
                        partition.subscriptions().stream()
                            .anyMatch(
                                subscription ->
                                    subscription.subscription().equals(kind.name())
                                        && subscription.consumers() == number)));
  }

  private void publish() {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      sent.add(producer.send(Message.of(Integer.toString(i)).withKey("key-" + i % KEYS)));
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).join();
  }

  /** What each gets of what is published once, all of it acknowledged. */
  private Map<Consumer, List<ReceivedMessage>> share(List<Consumer> consumers) {
    publish();
    Map<Consumer, List<ReceivedMessage>> received = new LinkedHashMap<>();
    consumers.forEach(consumer -> received.put(consumer, new ArrayList<>()));
    TestCluster.await(
        "all messages",
        () -> {
          received.forEach(
              (consumer, messages) -> {
                List<ReceivedMessage> batch = consumer.receiveBatch(MESSAGES, SHORT);
                batch.forEach(consumer::acknowledge);
                messages.addAll(batch);
              });
          return received.values().stream().mapToInt(List::size).sum() >= MESSAGES;
        });
    consumers.forEach(consumer -> consumer.flushAcknowledgements(Duration.ofSeconds(30)));
    assertEquals(MESSAGES, received.values().stream().mapToInt(List::size).sum());
    return received;
  }

  /** Which consumer has which partition, when each has one. */
  private Map<Integer, Consumer> charges(List<Consumer> consumers) {
    Map<Integer, Consumer> charges = new TreeMap<>();
    share(consumers)
        .forEach(
            (consumer, messages) ->
                messages.forEach(
                    message -> {
                      Consumer other = charges.put(message.partition(), consumer);
                      assertTrue(other == null || other == consumer, "two have a partition");
                    }));
    assertEquals(PARTITIONS, charges.size());
    return charges;
  }

  private static List<Integer> loads(Map<Integer, Consumer> charges, List<Consumer> consumers) {
    return consumers.stream()
        .map(one -> (int) charges.values().stream().filter(other -> other == one).count())
        .toList();
  }

  private static long moved(Map<Integer, Consumer> before, Map<Integer, Consumer> after) {
    return before.keySet().stream().filter(p -> before.get(p) != after.get(p)).count();
  }

  @Test
  void inFailoverPartitionsAreSpreadAndMoveOnlyAsNeeded() {
    List<Consumer> consumers = consumers(SubscriptionKind.FAILOVER, 4);
    Map<Integer, Consumer> four = charges(consumers);
    assertEquals(List.of(16, 16, 16, 16), loads(four, consumers));

    consumers.add(consumer(SubscriptionKind.FAILOVER));
    awaitConsumers(SubscriptionKind.FAILOVER, 5);
    Map<Integer, Consumer> five = charges(consumers);
    assertEquals(12, moved(four, five));
    assertEquals(12, loads(five, consumers).get(4));

    Consumer gone = consumers.remove(1);
    gone.close();
    awaitConsumers(SubscriptionKind.FAILOVER, 4);
    Map<Integer, Consumer> again = charges(consumers);
    assertEquals(List.of(16, 16, 16, 16), loads(again, consumers));
    long its = five.values().stream().filter(consumer -> consumer == gone).count();
    assertTrue(moved(five, again) <= its + 20, moved(five, again) + " partitions moved");
  }

  @Test
  void inKeySharedKeysAreSpreadAndEachIsWithOne() {
    List<Consumer> consumers = consumers(SubscriptionKind.KEY_SHARED, 4);
    Map<String, Consumer> holders = new TreeMap<>();
    share(consumers)
        .forEach(
            (consumer, messages) -> {
              TreeSet<String> keys = new TreeSet<>();
              messages.forEach(message -> keys.add(new String(message.key(), UTF_8)));
              assertTrue(keys.size() > KEYS / 8, keys.size() + " of " + KEYS + " keys");
              keys.forEach(key -> assertEquals(null, holders.put(key, consumer)));
            });
    assertEquals(KEYS, holders.size());
  }

  @Test
  void inSharedMessagesAreSpread() {
    List<Consumer> consumers = consumers(SubscriptionKind.SHARED, 4);
    share(consumers)
        .forEach(
            (consumer, messages) ->
                assertTrue(messages.size() > MESSAGES / 16, messages.size() + " of " + MESSAGES));
  }
}
