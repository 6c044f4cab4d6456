package dev.arpeggio.simulator;

import dev.arpeggio.simulator.terminal.Arguments;
import dev.arpeggio.simulator.terminal.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets rings form and says how long each took, one line a ring. */
@Command(
    name = "rings",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate rings --rings 10               ten rings of 64 nodes%n"
            + "  bin/simulate rings --nodes 1000 --seed 7    one larger ring, from another seed%n"
            + "  bin/simulate rings --rings 1000 --minutes 10%n"
            + "                                              a thousand, with churn%n%n",
    header = "Lets rings form and says how long each took to become ideal.",
    synopsisHeading = "%nUsage: ",
    description =
        "All nodes of a ring join at once through its first one. Then, for so many minutes, nodes of"
            + " each ring come and go, one every ten seconds on average, and the ring must become"
            + " ideal again. Messages take 20 to 100 ms. One line of output a ring; as many rings"
            + " run side by side as there are processors.",
    mixinStandardHelpOptions = true)
final class RingsCommand implements Callable<Integer> {
  @Option(
      names = "--rings",
      defaultValue = "1",
      description = "How many rings. Default: ${DEFAULT-VALUE}.")
  private int rings;

  @Option(
      names = "--nodes",
      defaultValue = "64",
      description = "Nodes of each ring, 1 to 100,000. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--minutes",
      defaultValue = "0",
      description = "Simulated minutes of coming and going, 0 to 1,000. Default: ${DEFAULT-VALUE}.")
  private int minutes;

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
    Arguments arguments = new Arguments(spec);
    arguments.require(rings >= 1, "--rings must be at least 1, not " + rings);
    arguments.require(nodes >= 1 && nodes <= 100_000, "--nodes must be 1 to 100000, not " + nodes);
    arguments.require(
        minutes >= 0 && minutes <= 1000, "--minutes must be 0 to 1000, not " + minutes);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    out.println("seed  nodes  seconds  changes  settled  events  fingerprint");
    Summary summary = new Summary();
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try (Progress progress = Progress.on(err)) {
      Deque<Future<Outcome>> outcomes = new ArrayDeque<>();
      for (int i = 0; i < rings; i++) {
        long ringSeed = seed + i;
        outcomes.addLast(threads.submit(() -> run(ringSeed)));
      }
      while (!outcomes.isEmpty()) {
        progress.update(summary.count + " of " + rings + " rings");
        Outcome outcome = outcomes.removeFirst().get();
        summary.add(outcome);
        out.println(outcome);
        out.flush();
      }
    } catch (ExecutionException e) {
      err.println("simulate: " + Objects.requireNonNull(e.getCause()).getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } finally {
      threads.shutdownNow();
    }
    err.println(summary);
    return 0;
  }

  private Outcome run(long ringSeed) {
    SimulatedRing ring = SimulatedRing.ring(nodes, Settings.wan(ringSeed)).settle();
    Duration formed = ring.elapsed();
    RingChurn churn = new RingChurn(ring, nodes, ringSeed);
    churn.runFor(Duration.ofMinutes(minutes));
    Duration quiet = ring.elapsed();
    ring.settle();
    return new Outcome(
        ringSeed,
        nodes,
        seconds(formed),
        churn.changes(),
        seconds(ring.elapsed().minus(quiet)),
        ring.events(),
        ring.fingerprint());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** How one ring fared: seconds until it was ideal at first, and after the last change. */
  private record Outcome(
      long seed,
      int nodes,
      double formed,
      int changes,
      double settled,
      long events,
      long fingerprint) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d  %d  %.2f  %d  %.2f  %d  %016x",
          seed,
          nodes,
          formed,
          changes,
          settled,
          events,
          fingerprint);
    }
  }

  private static final class Summary {
    private int count;
    private long events;
    private long changes;
    private double total;
    private double slowest;
    private double settledLast;

    void add(Outcome ring) {
      count++;
      events += ring.events();
      changes += ring.changes();
      total += ring.formed();
      slowest = Math.max(slowest, ring.formed());
      settledLast = Math.max(settledLast, ring.settled());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d %s ideal after %.2f s on average and %.2f s at most, simulated; %d joins, farewells"
              + " and crashes later again within %.2f s; %d events",
          count,
          count == 1 ? "ring" : "rings",
          total / count,
          slowest,
          changes,
          settledLast,
          events);
    }
  }
}
