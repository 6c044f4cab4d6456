package dev.arpeggio.chord;

/**
 * What the embedder hears of a node. All calls come on the node's loop, in tasks of their own,
 * after the state has changed; an implementation must not block and may call the node.
 */
public interface RingListener {
  /** Hears nothing. */
  RingListener NONE = new RingListener() {};

  /** Where the node's figures go; asked once, when the node is made. */
  default RingMetrics metrics() {
    return RingMetrics.NONE;
  }

  /** The neighbourhood changed. Consecutive calls differ. */
  default void viewChanged(RingView view) {}

  /**
   * The node is now responsible for the keys from {@code from} (excluded) to {@code to} (included);
   * equal ends mean all keys.
   */
  default void rangeGained(RingId from, RingId to) {}

  /**
   * The node is no longer responsible for the keys from {@code from} (excluded) to {@code to}
   * (included); equal ends mean all keys.
   */
  default void rangeLost(RingId from, RingId to) {}

  /** A neighbour let one query time out. */
  default void neighbourSuspected(Peer neighbour) {}

  /** A neighbour was found dead, or left, and was dropped. */
  default void neighbourGone(Peer neighbour) {}

  /** An attempt to join failed for this reason; another one follows. */
  default void joinAttemptFailed(String reason) {}

  /**
   * The node caught itself breaking an invariant of its own state and repaired it: a bug to report,
   * with the details in {@code problem}.
   */
  default void invariantBroken(String problem) {}
}
