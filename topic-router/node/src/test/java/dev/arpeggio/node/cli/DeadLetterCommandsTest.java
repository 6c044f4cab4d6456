package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.NOT_FOUND;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator does to messages from the command line, against a node that serves. */
class DeadLetterCommandsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private static ArpeggioNode node;
  private static Arpeggio client;

  private Shell shell = new Shell();
  private String topic = "";

  @BeforeAll
  static void startNode() throws Exception {
    node =
        ArpeggioNode.start(
            NodeOptions.defaults()
                .withEmbeddedZooKeeper(directory.resolve("zookeeper"), 0)
                .withPreset("local"));
    client = Arpeggio.connect(node.address());
  }

  @AfterAll
  static void stopNode() {
    client.close();
    node.close();
  }

  @BeforeEach
  void connect(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
    shell = new Shell().with("ARPEGGIO_CONNECT", node.address());
  }

  @Test
  void peekingLeavesEverythingWhereItIs() {
    create("--retention", "1h");
    publish("a\nb\nc\n");
    assertEquals("a\nb\nc\n", out("peek", topic));
    assertEquals("a\nb\n", out("peek", topic, "--count", "2"));
    assertEquals("c\n", out("peek", topic, "--from", "2"));
    assertEquals("", out("peek", topic, "--from", "latest"));
    assertEquals("a\nb\nc\n", out("peek", topic, "--from", "5m-ago"));
    assertEquals("a\n", out("consume", topic, "--count", "1"));
    assertEquals("b\nc\n", out("peek", topic, "--subscription", "default"));
    assertEquals("a\nb\nc\n", out("peek", topic));
    String json = out("peek", topic, "--subscription", "default", "-n", "1", "-o", "json");
    assertTrue(json.contains("\"offset\":1,"), json);
    assertTrue(json.endsWith("\"body\":\"b\",\"state\":\"ready\"}\n"), json);
    assertEquals("b\nc\n", out("consume", topic, "--count", "2"));
  }

  @Test
  void peekingGoesThroughAllPartitionsPageByPage() {
    create("--partitions", "3");
    List<String> lines = new ArrayList<>();
    for (String key : List.of("a", "b", "c", "d", "e")) {
      List<String> ofKey = IntStream.range(0, 1_200).mapToObj(i -> key + i).toList();
      byte[] text = (String.join("\n", ofKey) + "\n").getBytes(UTF_8);
      shell.reading(text).run("publish", topic, "--key", key).succeeds();
      lines.addAll(ofKey);
    }
    List<String> peeked = new ArrayList<>(out("peek", topic, "--count", "9000").lines().toList());
    peeked.sort(null);
    lines.sort(null);
    assertEquals(lines, peeked);
    long partitions =
        out("peek", topic, "--count", "9000", "-o", "json")
            .lines()
            .map(line -> line.split(",", 3)[1])
            .distinct()
            .count();
    assertTrue(partitions > 1, partitions + " partitions");
    shell.run("peek", topic, "--from", "1").failsWith(USAGE).saying("--partition");
    shell.run("peek", topic, "--partition", "3").failsWith(NOT_FOUND);
  }

  @Test
  void whatIsAskedOfASubscriptionThatIsNotThereIsNotFound() {
    create();
    shell.run("peek", topic, "--subscription", "audit").failsWith(NOT_FOUND).saying("audit");
    shell.run("seek", topic, "--to", "earliest", "--yes").failsWith(NOT_FOUND).saying("default");
    shell.run("topic", "purge", topic, "-s", "audit", "--yes").failsWith(NOT_FOUND);
    shell.run("peek", "unknown").failsWith(NOT_FOUND).saying("unknown");
    shell.run("dlq", "read", topic).failsWith(NOT_FOUND).saying("no dead letters");
  }

  @Test
  void aSubscriptionIsMovedAndItsLivingConsumerFollows() {
    create("--retention", "1h");
    publish("a\nb\nc\n");
    try (Consumer consumer = client.consumer(topic)) {
      List<String> first = take(consumer, 3);
      consumer.flushAcknowledgements(PATIENCE);
      shell.run("seek", topic, "--to", "1").failsWith(USAGE).saying("--yes");
      shell.run("seek", topic, "--to", "1", "--yes").succeeds();
      assertEquals(List.of("a", "b", "c"), first);
      assertEquals(List.of("b", "c"), take(consumer, 2));
      consumer.flushAcknowledgements(PATIENCE);
      shell.run("seek", topic, "--to", "1h-ago", "--yes").succeeds();
      assertEquals(List.of("a", "b", "c"), take(consumer, 3));
    }
    shell.run("seek", topic, "--to", "7000", "--yes").failsWith(USAGE).saying("offset");
  }

  @Test
  void aTopicIsPurgedAndDeletedOnlyIfThatIsMeant() {
    create();
    publish("a\nb\n");
    assertEquals("a\n", out("consume", topic, "--count", "1"));
    shell.run("topic", "purge", topic).failsWith(USAGE).saying("--yes");
    assertEquals("b\n", out("peek", topic, "--subscription", "default"));
    shell.run("topic", "purge", topic, "--yes").succeeds();
    assertEquals("", out("peek", topic, "--subscription", "default"));
    shell.run("topic", "delete", topic).failsWith(USAGE).saying("--yes");
    shell.run("topic", "info", topic).succeeds();
    shell.run("topic", "delete", topic, "--yes").succeeds();
    shell.run("topic", "info", topic).failsWith(NOT_FOUND);
  }

  @Test
  void deadLettersAreCountedShownRedrivenAndPurged() {
    create("--delivery-limit", "2");
    publish("a\nb\nc\nd\n");
    try (Consumer consumer = client.consumer(topic)) {
      for (ReceivedMessage message : receive(consumer, 4)) {
        if (message.text().equals("a")) {
          consumer.retry(message);
        } else {
          consumer.reject(message, "no such customer");
        }
      }
      ReceivedMessage again = receive(consumer, 1).get(0);
      assertEquals(1, again.redeliveries());
      consumer.retry(again, Duration.ofMillis(1));
      awaitDeadLetters(4);
    }

    String table = out("dlq", "list", topic);
    assertTrue(table.contains("no such customer"), table);
    assertTrue(table.contains("delivered 2 times"), table);
    String json = out("dlq", "list", topic, "-o", "json");
    assertEquals(
        "{\"dead_letter_topic\":\"%s.dead\",\"messages\":4,\"reasons\":[".formatted(topic)
            + "{\"from\":\"%s\",\"reason\":\"delivered 2 times\",\"messages\":1},".formatted(topic)
            + "{\"from\":\"%s\",\"reason\":\"no such customer\",\"messages\":3}]}\n"
                .formatted(topic),
        json);
    assertTrue(out("dlq", "list").contains(topic + ".dead"));
    String read = out("dlq", "read", topic);
    assertTrue(read.contains(topic + "/0:3"), read);
    assertEquals(5, read.lines().count());
    // Looking has changed nothing: not even that nobody is subscribed.
    assertEquals(List.of(), deadLetters().subscriptions());

    long ofB = offsetOf("b");
    assertEquals(
        "{\"moved\":1,\"skipped\":0,\"refused\":0}\n",
        out("dlq", "redrive", topic, "--offset", Long.toString(ofB), "-o", "json"));
    assertEquals("b\n", out("consume", topic, "--count", "1"));

    shell.run("dlq", "redrive", topic, "--to", "nowhere").failsWith(NOT_FOUND);
    shell.run("topic", "create", topic + "-repaired").succeeds();
    out("dlq", "redrive", topic, "--to", topic + "-repaired", "--offset", "" + offsetOf("c"));
    assertEquals("c\n", out("consume", topic + "-repaired", "--count", "1"));

    shell.run("dlq", "redrive", topic).succeeds().saying("moved 2 dead letters");
    assertEquals(2, shell.run("consume", topic, "--count", "2").succeeds().out().lines().count());

    try (Consumer consumer = client.consumer(topic, ConsumerOptions.defaults())) {
      publish("e\n");
      consumer.reject(receive(consumer, 1).get(0), "bad");
      awaitBacklog(1);
    }
    shell.run("dlq", "purge", topic).failsWith(USAGE).saying("--yes");
    shell.run("dlq", "purge", topic, "--yes").succeeds().saying("1 dead letter");
    shell.run("dlq", "read", topic).succeeds().saying("no dead letters");
  }

  private long offsetOf(String body) {
    String line =
        out("dlq", "read", topic, "-o", "json")
            .lines()
            .filter(json -> json.contains("\"body\":\"" + body + "\""))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceFirst(".*\"offset\":(\\d+).*", "$1"));
  }

  private PartitionInfo deadLetters() {
    return client.admin().describeTopic(topic + ".dead").partitions().get(0);
  }

  private void awaitDeadLetters(long count) {
    await(
        () ->
            client.admin().listTopics().stream()
                    .anyMatch(one -> one.topic().equals(topic + ".dead"))
                && deadLetters().nextOffset() == count);
  }

  private void awaitBacklog(long count) {
    await(
        () ->
            deadLetters().subscriptions().stream().mapToLong(SubscriptionInfo::backlog).sum()
                == count);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + PATIENCE);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private static List<ReceivedMessage> receive(Consumer consumer, int count) {
    List<ReceivedMessage> received = new ArrayList<>();
    while (received.size() < count) {
      List<ReceivedMessage> more = consumer.receiveBatch(count - received.size(), PATIENCE);
      assertFalse(more.isEmpty(), "only " + received);
      received.addAll(more);
    }
    return received;
  }

  private static List<String> take(Consumer consumer, int count) {
    List<ReceivedMessage> received = receive(consumer, count);
    received.forEach(consumer::acknowledge);
    return received.stream().map(ReceivedMessage::text).toList();
  }

  private void create(String... options) {
    List<String> line = new ArrayList<>(List.of("topic", "create", topic));
    line.addAll(List.of(options));
    shell.run(line.toArray(String[]::new)).succeeds();
  }

  private void publish(String lines) {
    shell.reading(lines.getBytes(UTF_8)).run("publish", topic).succeeds();
  }

  private String out(String... line) {
    return shell.run(line).succeeds().out();
  }
}
