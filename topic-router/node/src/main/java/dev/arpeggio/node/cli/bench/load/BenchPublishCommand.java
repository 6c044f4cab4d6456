package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures confirmed publishes. */
@Command(
    name = "publish",
    description = {
      "Measure confirmed publishes: through the client library and a socket, each synced to disk",
      "before its confirmation, beside ZooKeeper's own client, which writes the same number of",
      "bytes as fenced transactions to the same server in the same round."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench publish",
      "  arpeggio bench publish --size 100 --servers 3 -o json",
      "  arpeggio bench publish --one-at-a-time",
      "  arpeggio bench publish --topics 1000 --rate 100000 --count 1000000",
      "  arpeggio bench publish --connect 10.0.0.1:7411 --producers 4 --connections 4",
      ""
    })
public final class BenchPublishCommand implements Runnable, PrintsCsv {
  private static final long ONE_AT_A_TIME = 2_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Mixin private final ConnectionsOption connections = new ConnectionsOption();

  @Option(
      names = "--producers",
      paramLabel = "N",
      description = "Producers, 1 to 10000, over all topics (default: one a topic).")
  private Optional<Integer> producers = Optional.empty();

  @Option(
      names = "--topics",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Topics, 1 to 10000, that share the messages; with several, each round also measures one"
              + " topic with the same total (default: ${DEFAULT-VALUE}).")
  private int topics;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Messages a second of all producers together; 0: as fast as they are confirmed (default:"
              + " ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--one-at-a-time",
      description =
          "Send a message when the one before is confirmed, and compare with single writes; 2,000"
              + " messages a round unless --count says otherwise.")
  private boolean oneAtATime;

  /** The command. */
  public BenchPublishCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench publish");
    options.check(checks);
    connections.check(checks);
    checks.within("--topics", topics, 1, 10_000);
    int number = producers.orElse(topics);
    checks.within("--producers", number, 1, 10_000);
    checks.require(number >= topics, "--producers: at least one a topic, not " + number);
    checks.within("--rate", rate, 0, 10_000_000);
    long count =
        oneAtATime ? options.messages().countOr(ONE_AT_A_TIME) : options.messages().count();
    checks.require(
        count >= 2L * number,
        "--count: at least 2 messages a producer, not %d for %d".formatted(count, number));
    Map<String, Object> settings = options.settings();
    connections.describe(settings);
    settings.put("count", count);
    settings.put("producers", number);
    settings.put("topics", topics);
    settings.put("rate", rate);
    settings.put("one_at_a_time", oneAtATime);
    if (oneAtATime) {
      checks.require(
          number == 1 && rate == 0, "--one-at-a-time has one producer, one topic and no rate");
      bench.run(options, settings, rig -> new OneAtATime(rig, options.messages(), count));
    } else {
      PublishBench.Load load =
          new PublishBench.Load(count, number, topics, rate, connections.number());
      bench.run(options, settings, rig -> new PublishBench(rig, options.messages(), load));
    }
  }
}
