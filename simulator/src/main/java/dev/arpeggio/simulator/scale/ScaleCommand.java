package dev.arpeggio.simulator.scale;

import dev.arpeggio.simulator.terminal.Arguments;
import dev.arpeggio.simulator.terminal.Progress;
import dev.arpeggio.simulator.terminal.Stopwatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one very large ring and says how fast, and in how much memory. */
@Command(
    name = "scale",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate scale --nodes 100000 --minutes 5   a hundred thousand nodes%n"
            + "  bin/simulate scale --nodes 1000000              a million; needs 8 GB%n%n",
    header = "Runs one very large ring and says how fast, and in how much memory.",
    synopsisHeading = "%nUsage: ",
    description = {
      "The ring is ideal from the beginning and its nodes are the production ones. A message takes"
          + " 20 to 100 ms; a node stabilises every 15 to 45 s and refreshes a finger every other"
          + " time; 1,000 lookups a second. Exit code 1 if a lookup was wrong or failed, or the ring"
          + " is not ideal at the end."
    },
    mixinStandardHelpOptions = true)
public final class ScaleCommand implements Callable<Integer> {
  @Option(
      names = "--nodes",
      defaultValue = "1000000",
      description =
          "5 to 2,000,000: more than the 4 entries of a successor list. Default:"
              + " ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description = "Simulated minutes, 1 to 1,000. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "Any whole number; the same seed makes the same run. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  @Override
  public Integer call() {
    Arguments arguments = new Arguments(spec);
    arguments.require(
        nodes > LargeRing.SUCCESSORS && nodes <= 2_000_000,
        "--nodes must be more than the "
            + LargeRing.SUCCESSORS
            + " entries of a successor list and at most 2000000, not "
            + nodes);
    arguments.require(
        minutes >= 1 && minutes <= 1000, "--minutes must be 1 to 1000, not " + minutes);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    long emptyBytes = usedBytes();
    Stopwatch watch = new Stopwatch();
    try (LargeRing ring = new LargeRing(nodes, seed, LargeRing.ARCS)) {
      double building = watch.seconds();
      long bytes = (usedBytes() - emptyBytes) / nodes;
      watch = new Stopwatch();
      run(ring, err);
      return report(ring, building, watch.seconds(), bytes, out, err);
    }
  }

  private void run(LargeRing ring, PrintWriter err) {
    try (Progress progress = Progress.on(err)) {
      for (int second = 0; second < 60 * minutes; second++) {
        progress.update(second + " of " + 60 * minutes + " simulated seconds");
        ring.runFor(Duration.ofSeconds(1));
      }
    }
  }

  private int report(
      LargeRing ring,
      double building,
      double running,
      long bytes,
      PrintWriter out,
      PrintWriter err) {
    List<Arc.Lookups> lookups = ring.lookups();
    long made = lookups.stream().mapToLong(Arc.Lookups::made).sum();
    long wrong = lookups.stream().mapToLong(Arc.Lookups::wrong).sum();
    long failed = lookups.stream().mapToLong(Arc.Lookups::failed).sum();
    long hops = lookups.stream().mapToLong(Arc.Lookups::hops).sum();
    List<String> problems = ring.problems();
    out.println(
        String.format(
            Locale.ROOT,
            """
            nodes             %d
            simulated         %d s
            real              %.1f s, and %.1f s to build the ring
            simulated/real    %.2f
            events            %d, %.0f a second
            bytes a node      %d
            lookups           %d made, %d wrong, %d failed
            mean path         %.2f
            ideal at the end  %s
            fingerprint       %016x""",
            nodes,
            60 * minutes,
            running,
            building,
            60 * minutes / running,
            ring.events(),
            ring.events() / running,
            bytes,
            made,
            wrong,
            failed,
            (double) hops / Math.max(1, made),
            problems.isEmpty() ? "yes" : "no",
            ring.fingerprint()));
    out.flush();
    if (!problems.isEmpty()) {
      err.println("simulate: the ring is not ideal: " + problems.get(0));
    }
    if (wrong + failed > 0) {
      err.println("simulate: lookups were wrong or failed");
    }
    return problems.isEmpty() && wrong + failed == 0 ? 0 : 1;
  }

  /** After a collection, so that only what is in use counts. */
  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
