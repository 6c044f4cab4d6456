package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.bench.Benchmark;
import dev.arpeggio.node.cli.failover.FailoverBench.Incident;
import dev.arpeggio.node.cli.failover.FailoverBench.Round;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Progress;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long partitions are out when their owner is killed or paused. */
@Command(
    name = "failover",
    description = {
      "Kill and pause nodes under load, and measure how long their partitions are out: from the",
      "signal to the next confirmation, and to the next delivery, of a message sent after it, on",
      "the slowest partition of the node. ZooKeeper servers and nodes are processes on this",
      "machine, with the preset lan. A round takes some seconds. Ends with 0 only if nothing was",
      "lost, reordered or doubled."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench failover",
      "  arpeggio bench failover --nodes 8 --servers 3 -o json",
      "  arpeggio bench failover --kills 5 --pauses 0",
      ""
    })
public final class BenchFailoverCommand implements Runnable {
  private final Console console;
  private final BooleanSupplier json;

  @Mixin private final SizeOptions size = new SizeOptions();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Nodes of the ring, 2 to 16 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "50",
      description = "Owners to kill with SIGKILL and start again (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--pauses",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "Owners to stop with SIGSTOP and let go on after 3 s, every fifth after 15 s (default:"
              + " ${DEFAULT-VALUE}).")
  private int pauses;

  /**
   * The command.
   *
   * @param json whether to print JSON
   */
  public BenchFailoverCommand(Console console, BooleanSupplier json) {
    this.console = console;
    this.json = json;
  }

  @Override
  public void run() {
    TestBed.Size wanted = size.with(nodes);
    wanted.check("failover");
    if (kills < 0 || pauses < 0 || kills + pauses < 1 || Math.max(kills, pauses) > 10_000) {
      throw Failure.usage(
          "--kills and --pauses: 0 to 10000, and together at least 1",
          "see arpeggio bench failover --help");
    }
    Benchmark.run(() -> measure(wanted));
  }

  private void measure(TestBed.Size wanted) throws IOException, InterruptedException {
    FailoverReport report;
    try (TestBed bed = new TestBed(wanted, console);
        Progress progress = new Progress(console)) {
      List<Round> rounds =
          new FailoverBench(bed, round -> progress.update(() -> describe(round)))
              .run(kills, pauses);
      report = new FailoverReport(wanted, rounds, bed.load().finish());
    }
    Experiment.conclude(report, json.getAsBoolean(), console);
  }

  private static String describe(Round round) {
    return "%s: %s after %d ms, delivering after %d ms"
        .formatted(
            round.node(),
            round.incident() == Incident.KILL ? "killed; publishing" : "paused; publishing",
            round.toConfirmation().toMillis(),
            round.toDelivery().toMillis());
  }
}
