package dev.arpeggio.node.cli.bench.load;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How often a benchmark measures, and the file for its latencies. */
public final class RoundOptions {
  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds; medians are printed (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "2",
      description = "Rounds before them that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--histograms",
      paramLabel = "FILE",
      description = "Write the latencies of each round there, as a log of HdrHistogram.")
  private Optional<String> histograms = Optional.empty();

  /** Refuses what cannot be. */
  public void check(Checks checks) {
    checks.within("--runs", runs, 1, 100);
    checks.within("--warm-ups", warmUps, 0, 100);
  }

  int runs() {
    return runs;
  }

  int warmUps() {
    return warmUps;
  }

  Optional<String> histograms() {
    return histograms;
  }

  void describe(Map<String, Object> settings) {
    settings.put("runs", runs);
    settings.put("warm_ups", warmUps);
  }
}
