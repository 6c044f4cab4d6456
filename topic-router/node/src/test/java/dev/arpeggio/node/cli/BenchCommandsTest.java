package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks as their users run them, with few messages, against one node for all of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchCommandsTest {
  private static final String FIGURE =
      "\"figure\":\"%s\",\"median\":([0-9.E-]+),\"min\":[0-9.E-]+,\"max\":[0-9.E-]+";

  private final Shell shell = new Shell();
  private ArpeggioNode node;

  @BeforeAll
  void startNode(@TempDir Path directory) throws Exception {
    node =
        ArpeggioNode.start(
            NodeOptions.defaults().withEmbeddedZooKeeper(directory, 0).withPreset("local"));
  }

  @AfterAll
  void stopNode() {
    node.close();
  }

  @Test
  void publishCountsEveryConfirmation() {
    String report = bench("publish --count 2000 --producers 3 --connections 2 --partitions 2");
    assertTrue(figure(report, "publish") > 0, report);
    assertTrue(figure(report, "confirmation, P99.9") > 0, report);
    assertEquals(0, figure(report, "errors"), report);
  }

  @Test
  void publishComparesManyTopicsWithOne() {
    String report = bench("publish --count 200 --topics 20 --rate 2000");
    assertTrue(figure(report, "one topic") > 0, report);
    assertTrue(figure(report, "publish / one topic") > 0, report);
  }

  @Test
  void publishSendsOneAtATime() {
    assertTrue(figure(bench("publish --one-at-a-time --count 20"), "publish, P50") > 0);
  }

  @Test
  void consumeTakesTheBacklogAndThenBothAtOnce() {
    String report = bench("consume --count 2000 --consumers 2 --both --compress --size 100");
    assertTrue(figure(report, "consume and acknowledge") > 0, report);
    assertTrue(figure(report, "consume / publish") > 0, report);
    assertTrue(figure(report, "both / publish") > 0, report);
  }

  @Test
  void roundtripWritesItsLatenciesToALog(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("latency.hlog");
    String report = bench("roundtrip --count 500 --rate 1000 --histograms " + log);
    assertTrue(figure(report, "due to delivered, max") > 0, report);
    assertTrue(Files.readString(log).contains("Tag=due to delivered,"));
  }

  @Test
  void growthMeasuresEachStep() {
    String report =
        bench("growth --count 500 --partitions-of 1,2 --consumers-of 3 --backlog-of 1000");
    for (String step : List.of("1 partition", "2 partitions", "3 consumers", "backlog of 1,000")) {
      assertTrue(figure(report, step + ", publish") > 0, report);
      assertTrue(figure(report, step + ", consume") > 0, report);
    }
  }

  @Test
  void putManyStoresWhatItPuts() {
    String report = bench("put-many --clients 5 --count 203 --roll-up 4");
    assertTrue(figure(report, "put") > 0, report);
    assertEquals(0, figure(report, "errors"), report);
  }

  @Test
  void manyClientsConfirmEveryItemOnceAlthoughSomeGoAway() {
    String report = bench("many-clients --clients 5 --count 60 --rate 200 --kill 30");
    double dropped = figure(report, "dropped");
    assertTrue(dropped > 0, report);
    assertEquals(60 + dropped, figure(report, "reads"), report);
  }

  @Test
  void floodLeavesWhatWasThereBefore() {
    String report = bench("flood --count 1000 --prefill 500 --producers 2 --consumers 2");
    assertTrue(figure(report, "put and got") > 0, report);
  }

  @Test
  void packingKeepsTheOrderOverCycles() {
    String report = bench("packing --count 300 --cycles 3");
    assertTrue(figure(report, "put and got, the slowest cycle") > 0, report);
    assertEquals(0, figure(report, "retained in the end"), report);
  }

  @Test
  void leakyReadersConfirmEveryItemOnceInTheEnd() {
    String report = bench("leaky-reader --count 300 --drop 10 --consumers 3");
    double dropped = figure(report, "dropped");
    assertTrue(dropped > 0, report);
    assertEquals(300 + dropped, figure(report, "reads"), report);
  }

  @Test
  void noTopicStaysBehind() {
    bench("publish --count 100");
    try (Arpeggio client = Arpeggio.connect(node.address())) {
      assertTrue(
          client.admin().listTopics().stream()
              .noneMatch(topic -> topic.topic().startsWith("bench-")));
    }
  }

  @Test
  void aNodeOfItsOwnIsComparedWithItsZooKeeper() {
    List<String> lines =
        shell
            .run("bench publish --count 500 --runs 1 --warm-ups 0 -o csv".split(" "))
            .succeeds()
            .out()
            .lines()
            .toList();
    assertTrue(lines.get(0).startsWith("runs,warm_ups,cluster,size,"), lines.get(0));
    assertTrue(lines.get(0).endsWith(",figure,median,min,max,unit,goal,verdict"), lines.get(0));
    assertTrue(
        lines.stream().anyMatch(line -> line.contains(",publish / raw,")),
        String.join("\n", lines));
    assertTrue(
        lines.stream().allMatch(line -> line.startsWith("runs,") || line.startsWith("1,0,")),
        String.join("\n", lines));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "publish --size 15",
        "publish --size 250001",
        "publish --size 1KB",
        "publish --count 1",
        "publish --count many",
        "publish --producers 0",
        "publish --producers 3 --count 5",
        "publish --producers 2 --topics 3",
        "publish --topics 10001",
        "publish --partitions 1025",
        "publish --rate -1",
        "publish --batch 257KiB",
        "publish --in-flight 1023",
        "publish --connections 1001",
        "publish --one-at-a-time --rate 5",
        "publish --one-at-a-time --producers 2",
        "publish --servers 2",
        "publish --servers 3 -c 127.0.0.1:1",
        "publish --node-jvm -Xmx1g -c 127.0.0.1:1",
        "publish --runs 0",
        "publish --warm-ups 101",
        "publish --histograms /no/such/directory/file",
        "publish -c nowhere",
        "publish -c 127.0.0.1:1 --tls-ca nowhere.pem",
        "consume --consumers 0",
        "consume --credit 100001",
        "consume --producers 1001",
        "roundtrip --rate 0",
        "roundtrip --rate 1000001",
        "roundtrip --producers 2 --count 3",
        "growth --partitions-of 1,0",
        "growth --consumers-of 1001",
        "growth --backlog-of -1",
        "ring --nodes 0",
        "ring --nodes 129",
        "ring --lookups 0",
        "ring --in-flight 1001",
        "put-many --clients 0",
        "put-many --roll-up 10001",
        "put-many --count 100",
        "many-clients --kill 100",
        "many-clients --rate 0",
        "flood --prefill -1",
        "flood --producers 501",
        "packing --cycles 0",
        "packing --pause 11m",
        "packing --partitions 2",
        "leaky-reader --drop 100",
        "leaky-reader --consumers 0",
        "log --runs 0",
      })
  void whatCannotBeIsRefusedAtOnce(String line) {
    shell.run(("bench " + line).split(" ")).failsWith(USAGE);
  }

  @Test
  void aClusterThatDoesNotAnswerIsUnavailable() {
    shell.run("bench", "publish", "-c", "127.0.0.1:1").failsWith(UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "publish",
        "consume",
        "roundtrip",
        "growth",
        "log",
        "ring",
        "put-many",
        "many-clients",
        "flood",
        "packing",
        "leaky-reader",
      })
  void helpBeginsWithExamples(String command) {
    String help = shell.run(("bench " + command + " --help").split(" +")).succeeds().out();
    assertTrue(help.startsWith("Examples:\n  arpeggio bench "), help);
  }

  @Test
  void csvIsForBenchmarksAlone() {
    shell.run("topic", "list", "-o", "csv", "-c", node.address()).failsWith(USAGE).saying("csv");
  }

  /** Runs one round of a benchmark against the node, and returns its report. */
  private String bench(String line) {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of(line.split(" ")));
    arguments.addAll(List.of("--runs", "1", "--warm-ups", "0", "-o", "json", "-c", node.address()));
    return shell.run(arguments.toArray(String[]::new)).succeeds().out();
  }

  private static double figure(String report, String name) {
    Matcher matcher = Pattern.compile(FIGURE.formatted(Pattern.quote(name))).matcher(report);
    assertTrue(matcher.find(), name + " is not in " + report);
    return Double.parseDouble(matcher.group(1));
  }
}
