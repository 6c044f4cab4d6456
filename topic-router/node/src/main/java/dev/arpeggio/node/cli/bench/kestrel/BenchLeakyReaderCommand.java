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

/** Readers that fail to confirm a share of what they read. */
@Command(
    name = "leaky-reader",
    description = {
      "Have several readers consume what one producer puts, and drop a share of it: in turn they",
      "give an item back, say that they could not process it, and go away without a word.",
      "By default 10,000 items. Ends with 0 only if every item was confirmed exactly once in the end."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench leaky-reader",
      "  arpeggio bench leaky-reader --drop 20 --consumers 8 --count 50000",
      ""
    })
public final class BenchLeakyReaderCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 10_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Readers, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int consumers;

  @Option(
      names = "--drop",
      paramLabel = "PERCENT",
      defaultValue = "1",
      description =
          "Of the reads, how many end without confirmation, 0 to 99 (default:"
              + " ${DEFAULT-VALUE}).")
  private int drop;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Items put a second, up to 1000000; 0: as fast as they are confirmed (default:"
              + " ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--credit",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Items that a reader has unconfirmed at most, 1 to 100000 (default: ${DEFAULT-VALUE}).")
  private int credit;

  /** The command. */
  public BenchLeakyReaderCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench leaky-reader");
    options.check(checks);
    checks.within("--consumers", consumers, 1, 1_000);
    checks.within("--drop", drop, 0, 99);
    checks.within("--rate", rate, 0, 1_000_000);
    checks.within("--credit", credit, 1, ConsumerOptions.MAX_CREDIT);
    int count = Math.toIntExact(options.messages().countOr(DEFAULT_COUNT));
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.put("consumers", consumers);
    settings.put("drop_percent", drop);
    settings.put("rate", rate);
    settings.put("credit", credit);
    Readers.Plan plan =
        new Readers.Plan(count, rate, consumers, credit, 1, drop, Reader.Drops.IN_TURN);
    bench.run(options, settings, rig -> new Readers(rig, options.messages(), plan));
  }
}
