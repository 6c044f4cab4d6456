package dev.arpeggio.simulator.paper;

import dev.arpeggio.simulator.terminal.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * ToN V.B: how evenly keys fall to nodes with several positions each. Beyond the published 20
 * positions the share of a node with v of them follows Gamma(v)/v.
 */
final class VirtualNodes implements Experiment {
  /** Positions, and percentiles of Gamma(v)/v in percent of the mean. */
  private static final double[] EXTENSION = {160, 83, 119};

  private final int nodes;
  private final int seeds;

  /** The mean of several seeds; 100 keys a node. */
  VirtualNodes(int nodes, int seeds) {
    this.nodes = nodes;
    this.seeds = seeds;
  }

  @Override
  public List<Table> measure(long seed, Progress progress) {
    List<double[]> expected = new ArrayList<>(Published.rows("virtual-nodes"));
    expected.add(EXTENSION);
    double[][] sums = new double[expected.size()][2];
    for (int i = 0; i < seeds; i++) {
      measureOne(expected, seed + i, sums, progress);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      rows.add(row(expected.get(i), sums[i][0] / seeds, sums[i][1] / seeds));
    }
    return List.of(
        new Table(
            "virtual-nodes",
            "Keys a node, 100 on average, by positions a node; mean of " + seeds + " seeds",
            "positions",
            "99th percentile within 15 %; 160 positions are not in the paper but follow from"
                + " Gamma(v)/v, without the scatter of the keys themselves",
            rows));
  }

  private void measureOne(List<double[]> expected, long seed, double[][] sums, Progress progress) {
    long[] keys = new long[100 * nodes];
    for (int key = 0; key < keys.length; key++) {
      keys[key] = KeyLoad.placeOfKey(key, seed);
    }
    for (int i = 0; i < sums.length; i++) {
      int positions = (int) expected.get(i)[0];
      progress.update("virtual-nodes: " + positions + " positions, seed " + seed);
      KeyLoad load = new KeyLoad(nodes, positions, seed);
      for (long key : keys) {
        load.add(key);
      }
      KeyLoad.Summary summary = load.summary();
      sums[i][0] += summary.p1();
      sums[i][1] += summary.p99();
    }
  }

  private static Row row(double[] expected, double p1, double p99) {
    boolean met = Math.abs(p99 - expected[2]) <= 0.15 * expected[2];
    return new Row(
        Integer.toString((int) expected[0]),
        List.of(
            Cell.ungated("p1", OptionalDouble.of(expected[1]), p1, 1),
            Cell.gated("p99", expected[2], p99, 1, met)));
  }
}
