package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Checks;
import dev.arpeggio.node.cli.bench.load.LoadOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Producers and consumers at once, behind a queue that may be filled before. */
@Command(
    name = "flood",
    description = {
      "Flood a queue with puts and gets at once, and time how long the items take to come through.",
      "Each producer and consumer has its own connection. What was there before stays behind them:",
      "consumers take as many items as are put."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench flood",
      "  arpeggio bench flood --prefill 500000 --producers 4 --consumers 4",
      ""
    })
public final class BenchFloodCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 100_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Producers, 1 to 500 (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Consumers, 1 to 500 (default: ${DEFAULT-VALUE}).")
  private int consumers;

  @Option(
      names = "--prefill",
      paramLabel = "N",
      defaultValue = "0",
      description = "Items put before the clock starts, 0 to 10000000 (default: ${DEFAULT-VALUE}).")
  private long prefill;

  @Option(
      names = "--credit",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Items that a consumer has unconfirmed at most, 1 to 100000 (default: ${DEFAULT-VALUE}).")
  private int credit;

  /** The command. */
  public BenchFloodCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench flood");
    options.check(checks);
    checks.within("--producers", producers, 1, 500);
    checks.within("--consumers", consumers, 1, 500);
    checks.within("--prefill", prefill, 0, 10_000_000);
    checks.within("--credit", credit, 1, ConsumerOptions.MAX_CREDIT);
    long count = options.messages().countOr(DEFAULT_COUNT);
    checks.require(
        count >= 2L * producers,
        "--count: at least 2 items a producer, not %d for %d".formatted(count, producers));
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.put("producers", producers);
    settings.put("consumers", consumers);
    settings.put("prefill", prefill);
    settings.put("credit", credit);
    Flood.Plan plan = new Flood.Plan(count, producers, consumers, prefill, credit);
    bench.run(options, settings, rig -> new Flood(rig, options.messages(), plan));
  }
}
