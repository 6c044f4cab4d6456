package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.bench.Report;
import dev.arpeggio.node.cli.bench.Report.Goal;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Latencies of one measure, three digits of them. Thread-safe for recording. */
public final class Latency {
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Histogram histogram = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);

  /** Nothing is recorded yet. */
  public Latency() {
    histogram.setStartTimeStamp(System.currentTimeMillis());
  }

  /** Takes one; at most an hour. */
  public void record(long nanos) {
    histogram.recordValue(Math.max(0, Math.min(LONGEST_NANOS, nanos)));
  }

  double medianNanos() {
    return histogram.getValueAtPercentile(50);
  }

  /** Adds the percentiles of this round. */
  void report(Report into, String what, @Nullable Goal goalOfP99) {
    for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
      String name = percentile == 100 ? "max" : "P" + trimmed(percentile);
      into.figure(what + ", " + name, "ms", percentile == 99 ? goalOfP99 : null)
          .add(histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI);
    }
  }

  /** What was recorded, for a log; nothing may be recorded any more. */
  Histogram ended(String tag) {
    histogram.setEndTimeStamp(System.currentTimeMillis());
    histogram.setTag(tag);
    return histogram;
  }

  private static String trimmed(double percentile) {
    return percentile == Math.rint(percentile)
        ? String.valueOf((long) percentile)
        : String.valueOf(percentile);
  }
}
