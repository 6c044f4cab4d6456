package dev.arpeggio.node.cli.bench.load;

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
      "Measure latency from producer to consumer at a fixed rate. The clock of a message starts",
      "when it was due to be sent, whether or not it could be sent then, so that waiting is not",
      "left out (coordinated omission). By default a round lasts 10 s."
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

  @Mixin private final SidesOptions sides = new SidesOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "Messages a second of all producers together, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
  private long rate;

  /** The command. */
  public BenchRoundtripCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench roundtrip");
    options.check(checks);
    checks.within("--rate", rate, 1, 1_000_000);
    long count = options.messages().countOr(DEFAULT_SECONDS * rate);
    sides.check(checks, count);
    Map<String, Object> settings = options.settings();
    sides.describe(settings);
    settings.put("count", count);
    settings.put("rate", rate);
    bench.run(
        options,
        settings,
        rig -> new RoundtripBench(rig, options.messages(), sides.load(), count, rate));
  }
}
