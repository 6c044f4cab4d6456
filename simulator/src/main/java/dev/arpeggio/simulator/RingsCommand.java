package dev.arpeggio.simulator;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets rings form and says how long each took, one line a ring. */
@Command(
    name = "rings",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate rings --rings 10               ten rings of 64 nodes%n"
            + "  bin/simulate rings --nodes 1000 --seed 7    one larger ring, from another seed%n%n",
    header = "Lets rings form and says how long each took to become ideal.",
    synopsisHeading = "%nUsage: ",
    description =
        "All nodes of a ring join at once through its first one. One line of output a ring.",
    mixinStandardHelpOptions = true)
final class RingsCommand implements Callable<Integer> {
  @Option(
      names = "--rings",
      defaultValue = "1",
      description = "How many rings, one after the other. Default: ${DEFAULT-VALUE}.")
  private int rings;

  @Option(
      names = "--nodes",
      defaultValue = "64",
      description = "Nodes of each ring, 1 to 100,000. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "Seed of the first ring; the next ring has the next seed. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  @Override
  public Integer call() {
    require(rings >= 1, "--rings must be at least 1, not " + rings);
    require(nodes >= 1 && nodes <= 100_000, "--nodes must be 1 to 100000, not " + nodes);
    PrintWriter out = spec.commandLine().getOut();
    out.println("seed  nodes  seconds  events  fingerprint");
    Summary summary = new Summary();
    for (int i = 0; i < rings; i++) {
      SimulatedRing ring = SimulatedRing.ring(nodes, Settings.lan(seed + i));
      try {
        ring.settle();
      } catch (IllegalStateException e) {
        spec.commandLine().getErr().println("simulate: " + e.getMessage());
        return 1;
      }
      summary.add(ring);
      out.println(
          String.format(
              Locale.ROOT,
              "%d  %d  %.2f  %d  %016x",
              seed + i,
              nodes,
              seconds(ring.elapsed()),
              ring.events(),
              ring.fingerprint()));
      out.flush();
    }
    spec.commandLine().getErr().println(summary);
    return 0;
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static final class Summary {
    private int count;
    private long events;
    private double total;
    private double slowest;

    void add(SimulatedRing ring) {
      count++;
      events += ring.events();
      total += seconds(ring.elapsed());
      slowest = Math.max(slowest, seconds(ring.elapsed()));
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d %s ideal after %.2f s on average and %.2f s at most, simulated; %d events",
          count,
          count == 1 ? "ring" : "rings",
          total / count,
          slowest,
          events);
    }
  }
}
