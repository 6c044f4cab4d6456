package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.simulator.IdealPlaces;
import dev.arpeggio.simulator.terminal.Progress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * ToN V.C: how many nodes a lookup passes until it reaches the key's predecessor, with correct
 * fingers and without the help of successor lists.
 *
 * <p>Lookups that need no hop are left out: with 8 nodes an eighth of all lookups are such, and the
 * paper's first percentile there is 1. The mean over all lookups is shown too.
 */
final class PathLength implements Experiment {
  /** Smaller rings are shown and not judged. */
  private static final int GATED_FROM = 64;

  private static final int LOOKUPS_PER_NODE = 100;

  /** Where so few nodes lie is a matter of luck: the mean over several rings is not. */
  private static final int SMALL = 1024;

  private static final int DISTRIBUTION_OF = 4096;
  private static final int MAX_HOPS_SHOWN = 12;

  private final int maxNodes;

  /**
   * Leaves larger rings out.
   *
   * @param maxNodes of the published sizes, those above are left out
   */
  PathLength(int maxNodes) {
    this.maxNodes = maxNodes;
  }

  @Override
  public List<Table> measure(long seed, Progress progress) {
    List<Row> rows = new ArrayList<>();
    List<Row> distribution = new ArrayList<>();
    for (double[] published : Published.rows("path-length")) {
      int nodes = (int) published[0];
      if (nodes <= maxNodes) {
        progress.update("path-length: " + nodes + " nodes");
        Counts all = new Counts();
        Counts hops = new Counts();
        for (int ring = 0; ring < Math.max(1, SMALL / nodes); ring++) {
          count(nodes, seed + ring, all, hops);
        }
        rows.add(row(nodes, published, all, hops));
        if (nodes == DISTRIBUTION_OF) {
          distribution.addAll(distribution(all));
        }
      }
    }
    List<Table> tables = new ArrayList<>();
    tables.add(
        new Table(
            "path-length",
            "Path length, forwards until the key's predecessor; 100 N lookups,"
                + " below 1,024 nodes in several rings",
            "nodes",
            "lookups without a hop are left out, as in the paper; from 64 nodes: mean within 0.10 and at most 0.5 log2 N + 0.1, percentiles within 1",
            rows));
    if (!distribution.isEmpty()) {
      tables.add(
          new Table(
              "path-length-distribution",
              "Share of lookups by path length at 4,096 nodes",
              "hops",
              "none; published are the two highest shares",
              distribution));
    }
    return tables;
  }

  private static void count(int nodes, long seed, Counts all, Counts hops) {
    IdSpace space = IdSpace.DEFAULT;
    List<Peer> peers =
        IntStream.range(0, nodes).mapToObj(i -> Peer.at(space, "sim://" + seed + "/" + i)).toList();
    ChordConfig config = ChordConfig.lan().withSuccessorListLength(1);
    IdealPlaces places = new IdealPlaces(space, peers, 1);
    StillRing ring = new StillRing(space, config, places, new BitSet());
    SplittableRandom random = Chance.of("lookups among " + nodes, seed);
    for (int i = 0; i < LOOKUPS_PER_NODE * nodes; i++) {
      RingId key = space.of(random.nextLong());
      LookupResult result = ring.lookup(random.nextInt(nodes), key).result();
      if (result == null || !result.owner().equals(places.peer(places.ownerOf(key)))) {
        throw new IllegalStateException(
            "seed " + seed + ": the lookup of " + key + " among " + nodes + " found " + result);
      }
      all.add(result.hops());
      if (result.hops() > 0) {
        hops.add(result.hops());
      }
    }
  }

  private static Row row(int nodes, double[] published, Counts all, Counts hops) {
    Cell everyLookup = Cell.ungated("mean-of-all", OptionalDouble.empty(), all.mean(), 2);
    double mean = hops.mean();
    int p1 = hops.percentile(0.01);
    int p99 = hops.percentile(0.99);
    if (nodes < GATED_FROM) {
      return new Row(
          Integer.toString(nodes),
          List.of(
              Cell.ungated("mean", OptionalDouble.of(published[1]), mean, 2),
              Cell.ungated("p1", OptionalDouble.of(published[2]), p1, 0),
              Cell.ungated("p99", OptionalDouble.of(published[3]), p99, 0),
              everyLookup));
    }
    double half = 0.5 * Math.log(nodes) / Math.log(2);
    boolean meanMet = Math.abs(mean - published[1]) <= 0.10 && mean <= half + 0.1;
    return new Row(
        Integer.toString(nodes),
        List.of(
            Cell.gated("mean", published[1], mean, 2, meanMet),
            Cell.gated("p1", published[2], p1, 0, Math.abs(p1 - published[2]) <= 1),
            Cell.gated("p99", published[3], p99, 0, Math.abs(p99 - published[3]) <= 1),
            everyLookup));
  }

  private static List<Row> distribution(Counts hops) {
    List<Row> rows = new ArrayList<>();
    for (int value = 0; value <= MAX_HOPS_SHOWN; value++) {
      OptionalDouble published =
          switch (value) {
            case 5 -> OptionalDouble.of(0.21);
            case 6 -> OptionalDouble.of(0.23);
            default -> OptionalDouble.empty();
          };
      rows.add(
          new Row(
              Integer.toString(value),
              List.of(Cell.ungated("share", published, hops.share(value), 3))));
    }
    return rows;
  }
}
