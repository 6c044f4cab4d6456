package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures consuming with acknowledgement. */
@Command(
    name = "consume",
    description = {
      "Measure consuming: a backlog is published, then consumers take and acknowledge it, until",
      "all acknowledgements are durable; beside the publishing in the same round. Every message",
      "is checked: all came, none twice, each producer's in order."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench consume",
      "  arpeggio bench consume --both --size 100",
      "  arpeggio bench consume --consumers 10 --partitions 4 -o csv",
      ""
    })
public final class BenchConsumeCommand implements Runnable, PrintsCsv {
  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Mixin private final SidesOptions sides = new SidesOptions();

  @Option(
      names = "--both",
      description = "Also publish and consume the same number of messages at once.")
  private boolean both;

  /** The command. */
  public BenchConsumeCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench consume");
    options.check(checks);
    sides.check(checks, options.messages().count());
    Map<String, Object> settings = options.settings();
    sides.describe(settings);
    bench.run(
        options, settings, rig -> new ConsumeBench(rig, options.messages(), sides.load(), both));
  }
}
