package dev.arpeggio.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.client.TopicOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users are promised, on three nodes: nothing confirmed is lost, order holds, and no one sees
 * a message twice.
 */
class ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory).start(3).untilIdeal();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void whatIsPublishedAtOneNodeIsConsumedAtAnotherInOrder() {
    try (Arpeggio publishing = Arpeggio.connect(cluster.addresses().get(0));
        Arpeggio consuming = Arpeggio.connect(cluster.addresses().get(1))) {
      publishing.admin().createTopic("orders", TopicOptions.defaults());
      publish(publishing, "orders", 0, 1_000);
      try (Consumer consumer = consuming.consumer("orders")) {
        assertEquals(numbers(0, 1_000), consume(consumer, 1_000));
      }
    }
  }

  @Test
  void anAcknowledgedMessageDoesNotComeBack() {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      publish(client, "orders", 0, 10);
      try (Consumer consumer = client.consumer("orders")) {
        consume(consumer, 4);
      }
      try (Consumer consumer = client.consumer("orders")) {
        assertEquals(numbers(4, 10), consume(consumer, 6));
      }
    }
  }

  @Test
  void theDeathOfTheOwnerLosesNothing() throws Exception {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        send(producer, 0, 500, confirmations);
        received.addAll(consume(consumer, 100));
        ArpeggioNode first = cluster.owner("orders", 0);

        send(producer, 500, 1_000, confirmations);
        cluster.crash(first);
        send(producer, 1_000, 2_000, confirmations);
        received.addAll(consume(consumer, 1_900));

        await(confirmations);
        assertEquals(numbers(0, 2_000), received);
        assertNotEquals(first.address(), cluster.owner("orders", 0).address());
      }
    }
  }

  @Test
  void anOwnerThatComesBackServesAgain() throws Exception {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
        send(producer, 0, 100, confirmations);
        await(confirmations);
        ArpeggioNode owner = cluster.owner("orders", 0);
        cluster.crash(owner);
        send(producer, 100, 200, confirmations);
        await(confirmations);

        cluster.restart(owner.address());
        cluster.untilIdeal();
        TestCluster.await(
            "the partition at its old owner",
            () -> cluster.owner("orders", 0).address().equals(owner.address()));
        send(producer, 200, 300, confirmations);

        await(confirmations);
        assertEquals(numbers(0, 300), consume(consumer, 300));
      }
    }
  }

  @Test
  void aDrainedOwnerHandsOver() throws Exception {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
        send(producer, 0, 1_000, confirmations);
        ArpeggioNode owner = cluster.owner("orders", 0);
        cluster.drain(owner);
        send(producer, 1_000, 2_000, confirmations);

        await(confirmations);
        assertEquals(numbers(0, 2_000), consume(consumer, 2_000));
        cluster.untilIdeal();
      }
    }
  }

  @Test
  void partitionsAreSpreadAndEachKeyKeepsItsOrder() throws Exception {
    int partitions = 12;
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(partitions));
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
          confirmations.add(
              producer.send(Message.of(Integer.toString(i)).withKey("key-" + i % 20)));
        }
        await(confirmations);
        TreeMap<String, List<Integer>> byKey = new TreeMap<>();
        for (ReceivedMessage message : receive(consumer, 600)) {
          byKey
              .computeIfAbsent(new String(message.key(), UTF_8), key -> new ArrayList<>())
              .add(Integer.parseInt(message.text()));
        }
        assertEquals(20, byKey.size());
        byKey.forEach(
            (key, values) -> assertEquals(values.stream().sorted().toList(), values, key));
      }
      long owners =
          client.admin().describeTopic("orders").partitions().stream()
              .map(partition -> partition.owner().orElse("nobody"))
              .distinct()
              .count();
      assertTrue(owners > 1, "one node owns all partitions");
    }
  }

  @Test
  void topicsAreCreatedListedAndDeleted() {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("b", TopicOptions.defaults());
      client.admin().createTopic("a", TopicOptions.defaults().withPartitions(3));
      publish(client, "b", 0, 10);
      assertEquals(
          List.of("a", "b"), client.admin().listTopics().stream().map(TopicInfo::topic).toList());

      client.admin().deleteTopic("b");
      assertEquals(
          List.of("a"), client.admin().listTopics().stream().map(TopicInfo::topic).toList());

      client.admin().createTopic("b", TopicOptions.defaults());
      publish(client, "b", 100, 110);
      try (Consumer consumer = client.consumer("b")) {
        assertEquals(numbers(100, 110), consume(consumer, 10));
      }
    }
  }

  private static void publish(Arpeggio client, String topic, int from, int to) {
    try (Producer producer = client.producer(topic)) {
      List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
      send(producer, from, to, confirmations);
      await(confirmations);
    }
  }

  private static void send(
      Producer producer, int from, int to, List<CompletableFuture<Confirmation>> confirmations) {
    for (int i = from; i < to; i++) {
      confirmations.add(producer.send(Message.of(Integer.toString(i))));
    }
  }

  private static void await(List<CompletableFuture<Confirmation>> confirmations) {
    CompletableFuture.allOf(confirmations.toArray(new CompletableFuture<?>[0]))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static List<Integer> consume(Consumer consumer, int count) {
    List<Integer> bodies = new ArrayList<>();
    for (ReceivedMessage message : receive(consumer, count)) {
      bodies.add(Integer.parseInt(message.text()));
    }
    return bodies;
  }

  private static List<ReceivedMessage> receive(Consumer consumer, int count) {
    List<ReceivedMessage> messages = new ArrayList<>();
    while (messages.size() < count) {
      List<ReceivedMessage> batch = consumer.receiveBatch(count - messages.size(), PATIENCE);
      assertTrue(!batch.isEmpty(), "after " + messages.size() + " messages nothing came");
      batch.forEach(consumer::acknowledge);
      messages.addAll(batch);
    }
    consumer.flushAcknowledgements(PATIENCE);
    return messages;
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
