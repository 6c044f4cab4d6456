package dev.arpeggio.chord;

/**
 * Tells a dead node from one that is slow to answer. It is asked about silence only: a refused
 * connection is proof and needs no judgement. On the loop.
 */
interface FailureDetector {
  /**
   * Begins to watch a neighbour that is about to be asked something.
   *
   * @param overdue whether a sign of life that the neighbour owed has not come
   */
  Suspicion neighbour(boolean overdue);

  /** The same for a node that is none of the neighbours yet: nothing is lost by passing it over. */
  Suspicion stranger();

  /** What is held against one node, from the first question to it until it answers or is dead. */
  interface Suspicion {
    /**
     * A question to the node timed out.
     *
     * @param waitedNanos since it was put
     * @return whether the node counts as dead from now on; otherwise it is to be asked again
     */
    boolean isDeathAfter(long waitedNanos);
  }
}
