package dev.arpeggio.simulator;

/** What an event of the simulation is. */
public enum EventKind {
  /** A task that a node submitted to its loop. */
  TASK,
  /** A timer of a node. */
  TIMER,
  /** A request reaches a node, or the place where it was. */
  REQUEST,
  /** An answer reaches the node that asked. */
  RESPONSE,
  /** A node learns that its call failed. */
  FAILURE
}
