package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.FAILED;
import static dev.arpeggio.node.cli.io.ExitCode.NOT_FOUND;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands as a user runs them, against a node that serves. Each test has a topic of its own.
 */
class CommandsTest {
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

  @Test
  void linesComeBackAsTheyWere() {
    create();
    byte[] lines = "one\n\nthree\r\nfour".getBytes(UTF_8);
    shell.reading(lines).run("publish", topic).succeeds().saying("4 messages");
    assertEquals("one\n\nthree\r\nfour\n", consume("--count", "4").out());
  }

  @Test
  void randomBytesComeBackAsTheyWere() throws Exception {
    create();
    byte[] bytes = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(bytes);
    bytes[bytes.length - 1] = '\n';
    Path file = Files.write(directory.resolve("random"), bytes);
    shell.run("publish", topic, file.toString()).succeeds();
    assertEquals(new String(bytes, ISO_8859_1), consume("--idle-timeout", "2s").outBytes());
  }

  @Test
  void noLinesPublishNothing() {
    create();
    shell.reading(new byte[0]).run("publish", topic).succeeds().saying("nothing to publish");
    assertEquals("", consume("--idle-timeout", "100ms").out());
  }

  @Test
  void whatWasConsumedDoesNotComeAgain() {
    create();
    publish("a\nb\nc\n");
    assertEquals("a\n", consume("--count", "1").out());
    assertEquals("b\nc\n", consume("--count", "2").out());
    assertEquals("a\nb\nc\n", consume("--count", "3", "--subscription", "other").out());
  }

  @Test
  void aPatternConsumesEveryTopicThatMatches() {
    for (String part : List.of("eu", "us")) {
      shell.run("topic", "create", topic + "." + part).succeeds();
      shell.reading((part + "\n").getBytes(UTF_8)).run("publish", topic + "." + part).succeeds();
    }
    String out =
        shell.run("consume", topic + ".*", "--count", "2", "--with-metadata").succeeds().out();
    for (String part : List.of("eu", "us")) {
      assertTrue(out.contains(topic + "." + part + "\t0\t0\t"), out);
    }
    shell.run("consume", topic + ".*x").failsWith(USAGE).saying("not a pattern");
  }

  @Test
  void aLineOverTheLimitEndsThePublishAndSaysWhereItWas() {
    shell.run("topic", "create", topic, "--max-message-bytes", "100").succeeds();
    String lines = "one\ntwo\n" + "x".repeat(200) + "\nfour\n";
    shell
        .reading(lines.getBytes(UTF_8))
        .run("publish", topic)
        .failsWith(FAILED)
        .saying("line 3 ")
        .saying("2 lines before it confirmed");
    assertEquals("one\ntwo\n", consume("--idle-timeout", "1s").out());
  }

  @Test
  void theLongestLineThatIsPromisedGoesThrough() {
    shell.run("topic", "create", topic, "--max-message-bytes", "1000").succeeds();
    String line = "x".repeat(MessageSize.largestBody(1000, 2));
    shell.reading(line.getBytes(UTF_8)).run("publish", topic, "--key", "ke").succeeds();
    assertEquals(line + "\n", consume("--count", "1").out());
  }

  @Test
  void aTopicThatIsNotThereIsNotFound() {
    shell
        .reading("x\n".getBytes(UTF_8))
        .run("publish", topic)
        .failsWith(NOT_FOUND)
        .saying("create");
    shell.run("consume", topic, "--count", "1").failsWith(NOT_FOUND).saying("create");
    shell.run("topic", "info", topic).failsWith(NOT_FOUND);
    shell.run("topic", "delete", topic).failsWith(NOT_FOUND);
  }

  @Test
  void aTopicIsCreatedOnceListedAndDeleted() {
    create();
    shell.run("topic", "create", topic).failsWith(FAILED).saying("already");
    assertTrue(shell.run("topic", "list").succeeds().out().contains(topic));
    assertTrue(
        shell
            .run("topic", "list", "-o", "json")
            .succeeds()
            .out()
            .contains("{\"topic\":\"" + topic + "\",\"partitions\":1,"));
    shell.run("topic", "delete", topic, "--yes").succeeds();
    shell.run("topic", "info", topic).failsWith(NOT_FOUND);
  }

  @Test
  void limitsAreCheckedByTheServerToo() {
    shell.run("topic", "create", topic, "--partitions", "1025").failsWith(USAGE);
    shell.run("topic", "create", "no/slash").failsWith(USAGE);
  }

  @Test
  void aTopicsPartitionsAndSubscriptionsAreShown() {
    create();
    publish("a\nb\n");
    consume("--count", "1");
    String table = shell.run("topic", "info", topic).succeeds().out();
    assertTrue(table.contains(node.address()), table);
    assertTrue(table.contains("default"), table);
    String json = shell.run("topic", "info", topic, "-o", "json").succeeds().out();
    assertTrue(json.contains("\"next_offset\":2"), json);
    assertTrue(json.contains("\"subscription\":\"default\",\"acknowledged_floor\":1"), json);
  }

  @Test
  void everySettingIsGivenInPlainWordsAndShown() {
    shell
        .run(
            ("topic create " + topic)
                .concat(" --partitions 2 --max-message-bytes 4KiB --max-bytes 10GiB")
                .concat(" --max-messages 5000 --when-full drop-oldest --retention 7d")
                .concat(" --retention-bytes 5MiB --keep-last 3 --expire-after 2h")
                .concat(" --move-expired-to late --lease 5m --delivery-limit 4")
                .concat(" --dead-letter-topic graveyard --backoff 2s --max-backoff 3m")
                .concat(" --highest-priority 99 --compress true --ownership exclusive")
                .concat(" --reliability best-effort --durability volatile --deadline 20s")
                .concat(" --publisher-lease 5s --subscription-kind key-shared")
                .concat(" --subscription-start latest")
                .split(" "))
        .succeeds();
    String json = shell.run("topic", "info", topic, "-o", "json").succeeds().out();
    String settings =
        "\"partitions\":2,\"max_message_bytes\":4096,\"max_partition_bytes\":10737418240,"
            + "\"max_partition_messages\":5000,\"when_full\":\"drop-oldest\",\"retain_ms\":604800000,"
            + "\"retain_bytes\":5242880,\"keep_last_per_key\":3,\"expire_after_ms\":7200000,"
            + "\"move_expired_to\":\"late\",\"lease_ms\":300000,\"max_deliveries\":4,"
            + "\"dead_letters\":\"graveyard\",\"first_backoff_ms\":2000,\"last_backoff_ms\":180000,"
            + "\"highest_priority\":99,\"compressed\":true,\"ownership\":\"exclusive\","
            + "\"reliability\":\"best-effort\",\"durability\":\"volatile\",\"deadline_ms\":20000,"
            + "\"publisher_lease_ms\":5000,\"subscription_kind\":\"key-shared\","
            + "\"subscription_start\":\"latest\",\"version\":\"";
    assertTrue(json.contains(settings), json);
    String table = shell.run("topic", "info", topic).succeeds().out();
    for (String row :
        new String[] {
          "max-bytes +10 GiB a partition",
          "retention +7d",
          "keep-last +3 of each key",
          "dead-letter-topic +graveyard",
          "delivery-limit +4"
        }) {
      assertTrue(table.lines().anyMatch(line -> line.matches(row)), row + " is not in " + table);
    }
  }

  @Test
  void aTopicIsUpdatedAndALostRaceIsTold() {
    create();
    String before = version();
    shell
        .run("topic", "update", topic, "--delivery-limit", "5", "--if-version", before)
        .succeeds()
        .saying("updated topic " + topic);
    shell
        .run("topic", "update", topic, "--delivery-limit", "6", "--if-version", before)
        .failsWith(FAILED)
        .saying("somebody else");
    String json = shell.run("topic", "update", topic, "--lease", "1m", "-o", "json").out();
    assertTrue(json.contains("\"max_deliveries\":5,"), json);
    assertTrue(json.contains("\"lease_ms\":60000,"), json);
    shell.run("topic", "update", topic, "--dead-letter-topic", topic).failsWith(USAGE);
    shell.run("topic", "update", topic, "--lease", "1ms").failsWith(USAGE).saying("lease_ms");
    shell.run("topic", "update", topic).failsWith(USAGE).saying("nothing to change");
    shell.run("topic", "update", "unknown-" + topic, "--lease", "1m").failsWith(NOT_FOUND);
  }

  private String version() {
    String json = shell.run("topic", "info", topic, "-o", "json").succeeds().out();
    return json.replaceFirst("(?s).*\"version\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void theRingIsShown() {
    String table = shell.run("ring", "show", "--await", "1").succeeds().out();
    assertTrue(table.contains(node.address()), table);
    assertTrue(table.contains("100.0%"), table);
    assertTrue(table.contains("ideal: yes"), table);
    String json = shell.run("ring", "show", "-o", "json").succeeds().out();
    assertTrue(json.startsWith("{\"ideal\":true,\"problems\":[],\"positions\":[{\"id\":\""), json);
  }

  @Test
  void aNodeTellsOfItself() {
    String table = shell.run("ring", "node").succeeds().out();
    assertTrue(table.contains(node.address()), table);
    assertTrue(table.matches("(?s).*partitions warm +0\\n.*"), table);
    String json = shell.run("ring", "node", "-o", "json").succeeds().out();
    assertTrue(json.startsWith("{\"address\":\"" + node.address() + "\""), json);
    assertTrue(json.contains("\"warm_bytes\":0"), json);
  }

  @Test
  void aNodeWhosePortIsTakenSaysSo() {
    shell
        .run("node", "--listen", node.address(), "--zookeeper", node.zookeeper())
        .endsWith(FAILED)
        .saying(node.address());
  }

  private void create() {
    shell.run("topic", "create", topic).succeeds();
  }

  private void publish(String lines) {
    shell.reading(lines.getBytes(UTF_8)).run("publish", topic).succeeds();
  }

  private Shell.Result consume(String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "consume";
    line[1] = topic;
    System.arraycopy(options, 0, line, 2, options.length);
    return shell.run(line).succeeds();
  }
}
