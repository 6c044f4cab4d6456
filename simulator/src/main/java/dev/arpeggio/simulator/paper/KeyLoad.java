package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.IdSpace;
import java.util.Arrays;

/**
 * Nodes with one or more positions each and keys, all placed by the production function, and how
 * many keys fall to each node.
 */
final class KeyLoad {
  private final int nodes;
  private final long[] positions;
  private final int[] ownerOfPosition;
  private final int[] load;

  /**
   * Places the nodes; no key yet.
   *
   * @param positionsEach positions of one node, at least 1
   */
  KeyLoad(int nodes, int positionsEach, long seed) {
    this.nodes = nodes;
    int count = nodes * positionsEach;
    long[] unordered = new long[count];
    for (int i = 0; i < count; i++) {
      unordered[i] = ordered("sim://" + seed + "/" + i / positionsEach + "#" + i % positionsEach);
    }
    this.positions = unordered.clone();
    Arrays.sort(positions);
    this.ownerOfPosition = new int[count];
    for (int i = 0; i < count; i++) {
      ownerOfPosition[Arrays.binarySearch(positions, unordered[i])] = i / positionsEach;
    }
    this.load = new int[nodes];
  }

  /** Where a key lies, to be handed to {@link #add}. */
  static long placeOfKey(int key, long seed) {
    return ordered("key " + key + " of seed " + seed);
  }

  void add(long place) {
    int found = Arrays.binarySearch(positions, place);
    int index = found >= 0 ? found : -found - 1;
    load[ownerOfPosition[index == positions.length ? 0 : index]]++;
  }

  /** How the keys placed so far are spread over the nodes. */
  Summary summary() {
    int[] sorted = load.clone();
    Arrays.sort(sorted);
    return new Summary(percentile(sorted, 0.01), percentile(sorted, 0.99), sorted[nodes - 1]);
  }

  /** Percentiles of keys a node. */
  record Summary(int p1, int p99, int max) {}

  private static int percentile(int[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /** The unsigned identifier as a signed number in the same order. */
  private static long ordered(String name) {
    return IdSpace.DEFAULT.hash(name).value() + Long.MIN_VALUE;
  }
}
