package dev.arpeggio.chord;

import java.time.Duration;

/**
 * Counts time-outs: one is a suspicion, so many in a row are a death. On the loop.
 *
 * <p>A time-out that is heard much later than it was due does not count, because then this node has
 * slept and cannot know whether an answer came. Only so many are let pass, so that a node that is
 * always late finds the dead too.
 */
final class CountingDetector implements FailureDetector {
  private static final int MAX_EXCUSES = 3;

  private final int timeoutsUntilDead;
  private final long lateNanos;

  /**
   * For one node.
   *
   * @param timeoutsUntilDead of a neighbour, at least 1
   * @param callTimeout of every question
   */
  CountingDetector(int timeoutsUntilDead, Duration callTimeout) {
    this.timeoutsUntilDead = timeoutsUntilDead;
    this.lateNanos = callTimeout.toNanos() / 2 * 3;
  }

  @Override
  public Suspicion neighbour(boolean overdue) {
    return new Count(Math.max(1, overdue ? timeoutsUntilDead - 1 : timeoutsUntilDead));
  }

  @Override
  public Suspicion stranger() {
    return new Count(1);
  }

  private final class Count implements Suspicion {
    private int timeoutsLeft;
    private int excusesLeft = MAX_EXCUSES;

    Count(int timeoutsLeft) {
      this.timeoutsLeft = timeoutsLeft;
    }

    @Override
    public boolean isDeathAfter(long waitedNanos) {
      if (waitedNanos > lateNanos && excusesLeft > 0) {
        excusesLeft--;
        return false;
      }
      timeoutsLeft--;
      return timeoutsLeft <= 0;
    }
  }
}
