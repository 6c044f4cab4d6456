package dev.arpeggio.node.cli.bench.load;

import com.google.common.base.Throwables;
import dev.arpeggio.node.cli.bench.Benchmark;
import dev.arpeggio.node.cli.bench.Report;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * The frame of all benchmarks of this kind: opens the rig, measures round by round, prints, and
 * fails if something was not as promised. Rounds measure everything once, baseline included, so
 * that ratios compare neighbours in time.
 */
public final class Bench {
  private final Console console;
  private final Supplier<OutputFormat> output;

  /** What is measured in each round. */
  public interface Measurement {
    /**
     * Measures everything once.
     *
     * @throws Failure if a message was lost, doubled or out of order
     */
    void round(Round round) throws InterruptedException, KeeperException;

    /** Adds what is known once all rounds are over. */
    default void finish(Report report) {}
  }

  /** Where the figures of a round go. Not thread-safe. */
  public static final class Round {
    private final Report report;
    private final @Nullable HistogramFile histograms;
    private final java.util.function.Consumer<String> progress;
    private long failed;
    private @Nullable Throwable why;

    private Round(
        Report report,
        @Nullable HistogramFile histograms,
        java.util.function.Consumer<String> progress) {
      this.report = report;
      this.histograms = histograms;
      this.progress = progress;
    }

    /** Whether it counts, or is there to warm up. */
    public boolean counts() {
      return histograms != null;
    }

    public Report report() {
      return report;
    }

    /** Says what is measured next. */
    public void progress(String what) {
      progress.accept(what);
    }

    /** Adds a rate, and bytes of bodies by the same time. */
    public void rate(String what, double perSecond, int size) {
      rate(what, perSecond, size, null);
    }

    /** The same, where the rate has a goal. */
    public void rate(String what, double perSecond, int size, Report.@Nullable Goal goal) {
      report.figure(what, "messages/s", goal).add(perSecond);
      report.figure(what + ", bodies", "MB/s").add(perSecond * size / 1e6);
    }

    /** Adds percentiles. */
    public void latency(String what, Latency latency, Report.@Nullable Goal goalOfP99) {
      latency.report(report, what, goalOfP99);
      if (histograms != null) {
        histograms.write(what, latency);
      }
    }

    /** Adds failures, which fail the whole benchmark at its end. */
    public void errors(Publishing.Outcome outcome) {
      report.figure("errors", "messages").add((double) outcome.failed());
      failed += outcome.failed();
      why = why == null ? outcome.why() : why;
    }
  }

  public Bench(Console console, Supplier<OutputFormat> output) {
    this.console = console;
    this.output = output;
  }

  /** Measures a cluster, and prints. */
  public void run(
      LoadOptions options, Map<String, Object> settings, Function<Rig, Measurement> measurement) {
    RoundOptions rounds = options.rounds();
    ClusterOptions cluster = options.cluster();
    Map<String, Object> all = new LinkedHashMap<>();
    cluster.describe(all);
    all.putAll(settings);
    carryOut(
        rounds,
        all,
        histograms -> {
          try (Rig rig = Rig.open(cluster, options.messages().client(), console)) {
            return whileNodeLives(
                rig, () -> measure(new OfRig(rig, measurement.apply(rig)), rounds, histograms));
          }
        });
  }

  private static Result whileNodeLives(Rig rig, Callable<Result> work)
      throws IOException, InterruptedException, KeeperException {
    try {
      return work.call();
    } catch (Exception e) {
      Failure gone = rig.nodeIsGone();
      if (gone != null) {
        // Its end has interrupted this thread, which has some cleaning to do.
        Thread.interrupted();
        gone.addSuppressed(e);
        throw gone;
      }
      Throwables.throwIfInstanceOf(e, InterruptedException.class);
      Throwables.throwIfInstanceOf(e, KeeperException.class);
      Throwables.throwIfUnchecked(e);
      throw new IllegalStateException("no other exception is thrown", e);
    }
  }

  /** Measures what needs no cluster, and prints. */
  public void run(RoundOptions rounds, Map<String, Object> settings, Measurement measurement) {
    carryOut(rounds, settings, histograms -> measure(measurement, rounds, histograms));
  }

  /** Fills a report. */
  private interface Work {
    Result run(HistogramFile histograms) throws IOException, InterruptedException, KeeperException;
  }

  private record Result(Report report, long failed, @Nullable Throwable why) {}

  private void carryOut(RoundOptions rounds, Map<String, Object> settings, Work work) {
    Map<String, Object> all = new LinkedHashMap<>();
    rounds.describe(all);
    all.putAll(settings);
    Benchmark.run(
        () -> {
          Result result;
          try (HistogramFile histograms = HistogramFile.open(rounds.histograms())) {
            result = work.run(histograms);
          } catch (KeeperException e) {
            throw new IOException("ZooKeeper refused the baseline: " + e.getMessage(), e);
          }
          result.report().print(all, console, output.get());
          if (result.failed() > 0) {
            throw new Failure(
                ExitCode.FAILED,
                Figures.count(result.failed(), "message")
                    + " failed, the first with: "
                    + result.why(),
                "the logs of the nodes may tell why");
          }
        });
  }

  private Result measure(Measurement measurement, RoundOptions rounds, HistogramFile histograms)
      throws InterruptedException, KeeperException {
    Report report = new Report();
    long failed = 0;
    Throwable why = null;
    try (Progress progress = new Progress(console)) {
      for (int i = 0; i < rounds.warmUps() + rounds.runs(); i++) {
        boolean counts = i >= rounds.warmUps();
        String of =
            counts
                ? "round %d of %d: ".formatted(i - rounds.warmUps() + 1, rounds.runs())
                : "warm-up %d of %d: ".formatted(i + 1, rounds.warmUps());
        Round round =
            new Round(
                counts ? report : new Report(),
                counts ? histograms : null,
                what -> progress.update(() -> of + what));
        measurement.round(round);
        failed += round.failed;
        why = why == null ? round.why : why;
      }
    }
    measurement.finish(report);
    return new Result(report, failed, why);
  }

  /** Adds what the node of its own has used. */
  private record OfRig(Rig rig, Measurement measurement) implements Measurement {
    @Override
    public void round(Round round) throws InterruptedException, KeeperException {
      measurement.round(round);
    }

    @Override
    public void finish(Report report) {
      measurement.finish(report);
      rig.nodePeakBytes()
          .ifPresent(
              bytes -> report.figure("node's memory, peak", "MiB").add((double) (bytes >> 20)));
    }
  }

  /**
   * Demands what has been promised.
   *
   * @throws Failure unless it holds
   */
  public static void require(boolean holds, String problem) {
    if (!holds) {
      throw new Failure(
          ExitCode.FAILED, problem, "this is a defect: please report it with the settings");
    }
  }
}
