package dev.arpeggio.node.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** One figure, measured several times. Not thread-safe. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  static Samples of(long[] values) {
    Samples samples = new Samples();
    for (long value : values) {
      samples.add((double) value);
    }
    return samples;
  }
}
