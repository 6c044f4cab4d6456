package dev.arpeggio.simulator.paper;

import java.util.Arrays;

/** How often each small whole number occurred. Not thread-safe. */
final class Counts {
  private long[] occurrences = new long[64];
  private long total;
  private double sum;

  void add(int value) {
    if (value >= occurrences.length) {
      occurrences = Arrays.copyOf(occurrences, 2 * value);
    }
    occurrences[value]++;
    total++;
    sum += value;
  }

  double mean() {
    return sum / total;
  }

  double share(int value) {
    return value < occurrences.length ? (double) occurrences[value] / total : 0;
  }

  /** The smallest value that at least this share of all does not exceed. */
  int percentile(double share) {
    long needed = (long) Math.ceil(share * total);
    long seen = 0;
    for (int value = 0; value < occurrences.length; value++) {
      seen += occurrences[value];
      if (seen >= needed && seen > 0) {
        return value;
      }
    }
    throw new IllegalStateException("percentile " + share + " of nothing");
  }
}
