package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.bench.Benchmark;
import dev.arpeggio.node.cli.failover.RestartBench.Restart;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Progress;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what users feel of a rolling restart. */
@Command(
    name = "restart",
    description = {
      "Restart all nodes under load, one after the other, and measure the longest time in which"
          + " any",
      "partition confirmed nothing or delivered nothing. Each node is told to end (SIGTERM) and",
      "started again at its address; the next one follows when the ring is whole. Ends with 0 only",
      "if nothing was lost, reordered or doubled."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench restart",
      "  arpeggio bench restart --nodes 3 --servers 3 -o json",
      ""
    })
public final class BenchRestartCommand implements Runnable {
  private final Console console;
  private final BooleanSupplier json;

  @Mixin private final SizeOptions size = new SizeOptions();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "8",
      description = "Nodes of the ring, 2 to 16 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  /**
   * The command.
   *
   * @param json whether to print JSON
   */
  public BenchRestartCommand(Console console, BooleanSupplier json) {
    this.console = console;
    this.json = json;
  }

  @Override
  public void run() {
    TestBed.Size wanted = size.with(nodes);
    wanted.check("restart");
    Benchmark.run(() -> measure(wanted));
  }

  private void measure(TestBed.Size wanted) throws IOException, InterruptedException {
    RestartReport report;
    try (TestBed bed = new TestBed(wanted, console);
        Progress progress = new Progress(console)) {
      List<Restart> restarts =
          new RestartBench(bed, restart -> progress.update(() -> describe(restart))).run();
      report = new RestartReport(wanted, restarts, bed.load().finish());
    }
    Experiment.conclude(report, json.getAsBoolean(), console);
  }

  private static String describe(Restart restart) {
    return "%s: no confirmation for %d ms when it went, for %d ms when it came back"
        .formatted(
            restart.node(),
            restart.confirmations().toMillis(),
            restart.confirmationsBack().toMillis());
  }
}
