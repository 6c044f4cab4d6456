package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the way from a producer to a consumer at a fixed rate. */
@Command(
    name = "roundtrip",
    description = {
      "Measure latency from producer to consumer at a fixed rate. The clock of a message starts"
          + " when",
      "it was due to be sent, whether or not it could be sent then, so that waiting is not left"
          + " out",
      "(coordinated omission). By default a round lasts 10 s."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench roundtrip",
      "  arpeggio bench roundtrip --rate 1000 --count 60000 --histograms latency.hlog",
      ""
    })
public final class BenchRoundtripCommand implements Runnable, PrintsCsv {
  private static final int DEFAULT_SECONDS = 10;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Mixin private final ConnectionsOption connections = new ConnectionsOption();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "Messages a second of all producers together, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Producers, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Consumers of one shared subscription, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int consumers;

  @Option(
      names = "--credit",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Messages that a consumer has unacknowledged at most, 1 to 100000 (default:"
              + " ${DEFAULT-VALUE}).")
  private int credit;

  /** The command. */
  public BenchRoundtripCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench roundtrip");
    options.check(checks);
    connections.check(checks);
    checks.within("--rate", rate, 1, 1_000_000);
    checks.within("--producers", producers, 1, 1_000);
    checks.within("--consumers", consumers, 1, 1_000);
    checks.within("--credit", credit, 1, ConsumerOptions.MAX_CREDIT);
    long count = options.messages().countOr(DEFAULT_SECONDS * rate);
    checks.require(
        count >= 2L * producers,
        "--count: at least 2 messages a producer, not %d for %d".formatted(count, producers));
    Map<String, Object> settings = options.settings();
    connections.describe(settings);
    settings.put("count", count);
    settings.put("rate", rate);
    settings.put("producers", producers);
    settings.put("consumers", consumers);
    settings.put("credit", credit);
    ConsumeBench.Load load =
        new ConsumeBench.Load(producers, consumers, credit, connections.number());
    bench.run(
        options, settings, rig -> new RoundtripBench(rig, options.messages(), load, count, rate));
  }
}
