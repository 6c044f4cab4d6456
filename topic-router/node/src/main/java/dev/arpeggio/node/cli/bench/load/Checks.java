package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;

/**
 * Refuses numbers that cannot be, in one way for all benchmarks.
 *
 * @param command for the hint, as in {@code bench publish}
 */
public record Checks(String command) {
  /**
   * Demands a number within bounds, both of them included.
   *
   * @throws Failure unless it is
   */
  public void within(String option, long number, long least, long most) {
    require(
        number >= least && number <= most,
        "%s: %s to %s, not %s"
            .formatted(option, Figures.count(least), Figures.count(most), Figures.count(number)));
  }

  /**
   * Demands that something holds.
   *
   * @throws Failure with the problem unless it does
   */
  public void require(boolean holds, String problem) {
    if (!holds) {
      throw Failure.usage(problem, "see arpeggio " + command + " --help");
    }
  }
}
