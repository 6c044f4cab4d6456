package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Checks;
import dev.arpeggio.node.cli.bench.load.LoadOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cycles of filling and draining behind a backlog. */
@Command(
    name = "packing",
    description = {
      "Seed a backlog, then put and get as many items again and again, and drain it in the end:",
      "what is read must be packed away while the queue is in use. By default 25,000 items a cycle.",
      "Ends with 0 only if every item came in order and with its content."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench packing",
      "  arpeggio bench packing --count 5000 --cycles 100 --pause 1s --runs 1 --warm-ups 0",
      ""
    })
public final class BenchPackingCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 25_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--cycles",
      paramLabel = "N",
      defaultValue = "10",
      description = "Cycles of a round, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int cycles;

  @Option(
      names = "--pause",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "0s",
      description = "Between two cycles, up to 10m (default: ${DEFAULT-VALUE}).")
  private Duration pause = Duration.ZERO;

  /** The command. */
  public BenchPackingCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench packing");
    options.check(checks);
    checks.require(
        options.messages().partitions() == 1, "--partitions: 1, where all items keep their order");
    checks.within("--cycles", cycles, 1, 10_000);
    checks.require(
        pause.compareTo(Duration.ofMinutes(10)) <= 0,
        "--pause: up to 10m, not " + Durations.text(pause));
    long count = options.messages().countOr(DEFAULT_COUNT);
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.put("cycles", cycles);
    settings.put("pause_ms", pause.toMillis());
    bench.run(options, settings, rig -> new Packing(rig, options.messages(), count, cycles, pause));
  }
}
