package dev.arpeggio.chord;

import java.time.Duration;

/**
 * Figures about one node, for whoever keeps counters and histograms. All calls come on the node's
 * loop, in the middle of its work: an implementation counts and returns; it must not block, throw,
 * or call the node.
 */
public interface RingMetrics {
  /** Counts nothing, and costs nothing. */
  RingMetrics NONE = new RingMetrics() {};

  /**
   * A lookup of the embedder found its owner.
   *
   * @param hops as in {@link LookupResult}, of the last attempt
   * @param latency of all attempts and the pauses between them
   */
  default void lookupSucceeded(int hops, Duration latency) {}

  /** A lookup of the embedder failed, after its last attempt. */
  default void lookupFailed(LookupException.Reason reason) {}

  /** A call of this node, for whatever purpose, was not answered in time. */
  default void callTimedOut() {}

  /** A round of maintenance began. */
  default void stabilized() {}

  /** A neighbour let a query time out; see {@link RingListener#neighbourSuspected}. */
  default void neighbourSuspected() {}

  /**
   * The arc that the node is responsible for changed.
   *
   * @param share of the circle, 0 to 1; 0 also while the node is no member or knows no predecessor
   */
  default void rangeOwned(double share) {}
}
