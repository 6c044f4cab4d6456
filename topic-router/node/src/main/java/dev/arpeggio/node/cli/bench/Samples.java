package dev.arpeggio.node.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** One figure, measured several times. Not thread-safe. */
public final class Samples {
  private final List<Double> values = new ArrayList<>();

  public void add(double value) {
    values.add(value);
  }

  public void addAll(Samples others) {
    values.addAll(others.values);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * The middle one, or between the two in the middle.
   *
   * @throws IllegalStateException if nothing was measured
   */
  public double median() {
    List<Double> sorted = values.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The ratio of each value to that of the other which was measured in the same round. */
  public Samples dividedBy(Samples other) {
    if (values.size() != other.values.size()) {
      throw new IllegalArgumentException("not measured in the same rounds");
    }
    Samples ratios = new Samples();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return ratios;
  }

  /** The least. */
  public double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  public static Samples of(long[] values) {
    Samples samples = new Samples();
    for (long value : values) {
      samples.add((double) value);
    }
    return samples;
  }
}
