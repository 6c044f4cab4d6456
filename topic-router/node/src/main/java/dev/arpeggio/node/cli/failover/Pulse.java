package dev.arpeggio.node.cli.failover;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When something last happened on each partition: confirmations, or deliveries. Measures the time
 * from an incident until each of some partitions works again, and the longest silence of any.
 * Thread-safe.
 */
final class Pulse {
  private static final int NONE = -1;

  private final long[] lastNanos;
  private long longestNanos;
  private @Nullable Outage outage;

  /** From an incident until each of its partitions works again. */
  private static final class Outage {
    private final long sinceNanos;
    private final long firstNew;
    private final long[] backNanos;
    private int missing;

    private Outage(int partitions, List<Integer> affected, long sinceNanos, long firstNew) {
      this.sinceNanos = sinceNanos;
      this.firstNew = firstNew;
      this.backNanos = new long[partitions];
      Arrays.fill(backNanos, NONE);
      affected.forEach(partition -> backNanos[partition] = 0);
      this.missing = affected.size();
    }
  }

  Pulse(int partitions, long nowNanos) {
    lastNanos = new long[partitions];
    Arrays.fill(lastNanos, nowNanos);
  }

  /**
   * Notes a beat.
   *
   * @param message its number; they rise in the order of sending
   */
  synchronized void beat(int partition, long message, long nowNanos) {
    longestNanos = Math.max(longestNanos, nowNanos - lastNanos[partition]);
    lastNanos[partition] = nowNanos;
    Outage current = outage;
    if (current != null && message >= current.firstNew && current.backNanos[partition] == 0) {
      current.backNanos[partition] = Math.max(1, nowNanos - current.sinceNanos);
      current.missing--;
      notifyAll();
    }
  }

  /**
   * Begins to measure.
   *
   * @param sinceNanos when the incident began
   * @param firstNew messages from this number on were sent when it had happened: earlier ones may
   *     have been on their way already, and say nothing
   */
  synchronized void interrupted(List<Integer> affected, long sinceNanos, long firstNew) {
    outage = new Outage(lastNanos.length, affected, sinceNanos, firstNew);
  }

  /**
   * Waits until each affected partition works again.
   *
   * @return the longest time that took; null: not all do within that time
   */
  synchronized @Nullable Duration awaitBack(Duration patience) throws InterruptedException {
    Outage current = outage;
    if (current == null) {
      throw new IllegalStateException("nothing was interrupted");
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (current.missing > 0) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        return null;
      }
      wait(millis);
    }
    return Duration.ofNanos(Arrays.stream(current.backNanos).max().orElseThrow());
  }

  /** The longest silence of any partition since the last call, one that lasts still included. */
  synchronized Duration longestSilence(long nowNanos) {
    long longest = longestNanos;
    for (int i = 0; i < lastNanos.length; i++) {
      longest = Math.max(longest, nowNanos - lastNanos[i]);
    }
    longestNanos = 0;
    return Duration.ofNanos(longest);
  }

  /** Waits until every partition had a beat after a moment; false: not within that time. */
  synchronized boolean awaitAllSince(long sinceNanos, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!Arrays.stream(lastNanos).allMatch(last -> last - sinceNanos > 0)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      // Beats are too many to be told of each.
      wait(10);
    }
    return true;
  }
}
