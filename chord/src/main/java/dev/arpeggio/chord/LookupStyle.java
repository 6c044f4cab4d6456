package dev.arpeggio.chord;

/** Who drives a lookup of the embedder. Both styles give the same answers. */
public enum LookupStyle {
  /**
   * The node that wants to know asks node after node: two messages a hop, and it sees who fails.
   */
  ITERATIVE,
  /**
   * Each node passes the question on and the last one answers the node that wants to know: about
   * half the latency. If no answer comes within three call time-outs, the lookup goes on
   * iteratively.
   */
  RECURSIVE
}
