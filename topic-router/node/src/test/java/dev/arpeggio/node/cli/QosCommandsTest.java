package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.FAILED;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ProducerOptions;
import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What is offered and requested, at a shell. Each test has a topic of its own. */
class QosCommandsTest {
  @TempDir private static Path directory;

  private static ArpeggioNode node;

  private Shell shell = new Shell();
  private String topic = "";

  @BeforeAll
  static void startNode() throws Exception {
    node =
        ArpeggioNode.start(
            NodeOptions.defaults()
                .withEmbeddedZooKeeper(directory.resolve("zookeeper"), 0)
                .withPreset("local"));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @BeforeEach
  void connect(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
    shell = new Shell().with("ARPEGGIO_CONNECT", node.address());
  }

  private void create(String... options) {
    String[] line = new String[options.length + 3];
    line[0] = "topic";
    line[1] = "create";
    line[2] = topic;
    System.arraycopy(options, 0, line, 3, options.length);
    shell.run(line).succeeds();
  }

  private Shell reading(String lines) {
    return shell.reading(lines.getBytes(UTF_8));
  }

  @Test
  void whatATopicPromisesIsSetAndShown() {
    create(
        "--ownership",
        "exclusive",
        "--reliability",
        "best-effort",
        "--durability",
        "volatile",
        "--deadline",
        "5s",
        "--publisher-lease",
        "2s");
    String info = shell.run("topic", "info", topic).succeeds().out();
    for (String line :
        new String[] {
          "ownership\\s+exclusive",
          "reliability\\s+best-effort",
          "durability\\s+volatile",
          "deadline\\s+5s",
          "publisher-lease\\s+2s",
          "PARTITION\\s+PUBLISHERS\\s+KEYS\\s+NOT HEARD\\s+MISSED DEADLINES"
        }) {
      assertTrue(info.matches("(?s).*" + line + ".*"), line + " is not in " + info);
    }
    shell.run("topic", "update", topic, "--deadline", "0s", "--reliability", "reliable").succeeds();
    String json = shell.run("topic", "info", topic, "-o", "json").succeeds().out();
    assertTrue(json.contains("\"deadline_ms\":null"), json);
    assertTrue(json.contains("\"reliability\":\"reliable\""), json);
    assertTrue(json.contains("\"not_heard\":0"), json);
  }

  @Test
  void whatMayNotChangeIsRefusedWithAReason() {
    create();
    shell
        .run("topic", "update", topic, "--ownership", "exclusive")
        .failsWith(USAGE)
        .saying("ownership: cannot be changed (from SHARED to EXCLUSIVE)");
    shell
        .run("topic", "update", topic, "--durability", "volatile")
        .failsWith(USAGE)
        .saying("durability: cannot be changed");
  }

  @Test
  void aSparePublisherIsToldThatItIsNotHeard() throws Exception {
    create("--ownership", "exclusive", "--publisher-lease", "1m");
    try (Arpeggio client = Arpeggio.connect(node.address());
        Producer strong = client.producer(topic, ProducerOptions.defaults().withStrength(5))) {
      strong.send(Message.of("good").withKey("k")).get(60, TimeUnit.SECONDS);
      reading("spare-1\nspare-2\n")
          .run("publish", topic, "--key", "k", "--strength", "4")
          .succeeds()
          .saying("published 0 messages")
          .saying("2 messages not heard");
      reading("best\n")
          .run("publish", topic, "--key", "k", "--strength", "6")
          .succeeds()
          .saying("published 1 message in")
          .saying("all confirmed");
    }
    assertEquals("good\nbest\n", shell.run("consume", topic, "--count", "2").succeeds().out());
  }

  @Test
  void bestEffortNeedsATopicThatAllowsIt() {
    create();
    reading("x\n")
        .run("publish", topic, "--best-effort")
        .failsWith(FAILED)
        .saying("reliability: BEST_EFFORT is offered, and RELIABLE is requested");
    shell.run("topic", "update", topic, "--reliability", "best-effort").succeeds();
    reading("y\n")
        .run("publish", topic, "--best-effort")
        .succeeds()
        .saying("published 1 message")
        .saying("none confirmed, 0 dropped");
    assertEquals("y\n", shell.run("consume", topic, "--count", "1").succeeds().out());
  }

  @Test
  void whatAConsumerRequiresIsComparedWithTheTopic() {
    create("--deadline", "2s");
    reading("x\n").run("publish", topic).succeeds();
    shell
        .run("consume", topic, "--count", "1", "--require-deadline", "1s")
        .failsWith(FAILED)
        .saying("deadline: 2000 ms is offered, and 1000 ms is requested");
    shell
        .run("consume", topic, "--count", "1", "--require-ownership", "exclusive")
        .failsWith(FAILED)
        .saying("ownership: SHARED is offered, and EXCLUSIVE is requested");
    shell
        .run(
            "consume",
            topic,
            "--count",
            "1",
            "--require-deadline",
            "2s",
            "--require-ownership",
            "shared",
            "--require-reliability",
            "reliable",
            "--require-durability",
            "persistent",
            "--require-lease",
            "10s")
        .succeeds();
  }

  @Test
  void aMissedDeadlineIsSaid() {
    create("--deadline", "100ms");
    reading("x\n").run("publish", topic, "--key", "pump").succeeds();
    shell.run("consume", topic, "--idle-timeout", "1s", "--deadline-events").succeeds();
    // A consumer that is there when the key falls silent; how long that takes is not promised.
    StringBuilder said = new StringBuilder();
    while (!said.toString().contains("missed deadline: key pump in " + topic + "/0")) {
      reading("x\n").run("publish", topic, "--key", "pump").succeeds();
      said.append(
          shell
              .run("consume", topic, "--idle-timeout", "500ms", "--deadline-events")
              .succeeds()
              .err());
    }
  }

  @Test
  void aLateSubscriptionGetsWhatIsKeptOfEachKey() {
    create("--keep-last", "1");
    reading("a1\na2\n").run("publish", topic, "--key", "a").succeeds();
    reading("b1\n").run("publish", topic, "--key", "b").succeeds();
    String late =
        shell.run("consume", topic, "-s", "late", "--idle-timeout", "1s").succeeds().out();
    assertTrue(late.endsWith("a2\nb1\n"), late);
  }
}
