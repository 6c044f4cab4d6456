package dev.arpeggio.simulator.paper;

import dev.arpeggio.simulator.terminal.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** ToN V.B: how evenly keys fall to nodes with one position each. */
final class Load implements Experiment {
  private final int nodes;
  private final int seeds;

  /**
   * The mean of several seeds.
   *
   * @param nodes published for 10,000; others have proportionally fewer keys
   */
  Load(int nodes, int seeds) {
    this.nodes = nodes;
    this.seeds = seeds;
  }

  @Override
  public List<Table> measure(long seed, Progress progress) {
    List<double[]> published = Published.rows("load");
    double[][] sums = new double[published.size()][3];
    for (int i = 0; i < seeds; i++) {
      progress.update("load: seed " + (i + 1) + " of " + seeds);
      measureOne(published, seed + i, sums);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      double[] paper = published.get(i);
      double p99 = sums[i][1] / seeds;
      // Only one maximum was published: 9.1 times the mean of 50.
      OptionalDouble max = paper[1] == 50 ? OptionalDouble.of(9.1 * 50) : OptionalDouble.empty();
      rows.add(
          new Row(
              Long.toString((long) paper[0]),
              List.of(
                  Cell.ungated("p1", OptionalDouble.of(paper[2]), sums[i][0] / seeds, 1),
                  Cell.gated("p99", paper[3], p99, 1, Math.abs(p99 - paper[3]) <= 0.15 * paper[3]),
                  Cell.ungated("max", max, sums[i][2] / seeds, 1))));
    }
    return List.of(
        new Table(
            "load",
            "Keys a node, 10,000 nodes with one position each; mean of " + seeds + " seeds",
            "keys",
            "99th percentile within 15 %",
            rows));
  }

  private void measureOne(List<double[]> published, long seed, double[][] sums) {
    KeyLoad load = new KeyLoad(nodes, 1, seed);
    int placed = 0;
    for (int i = 0; i < published.size(); i++) {
      int keys = (int) (published.get(i)[1] * nodes);
      for (; placed < keys; placed++) {
        load.add(KeyLoad.placeOfKey(placed, seed));
      }
      KeyLoad.Summary summary = load.summary();
      sums[i][0] += summary.p1();
      sums[i][1] += summary.p99();
      sums[i][2] += summary.max();
    }
  }
}
