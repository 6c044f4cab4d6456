package dev.arpeggio.simulator.owners;

import java.util.Locale;

/** What may go wrong, or at least happen, in a run. */
enum Fault {
  /** A node dies, and comes back as a new process. */
  CRASH,
  /** A node stands still while its clock runs on. */
  PAUSE,
  /** What a node sends to ZooKeeper does not arrive. */
  CUT_TO_SERVER,
  /** What ZooKeeper sends to a node does not arrive. */
  CUT_FROM_SERVER,
  /** Both. */
  CUT_BOTH_WAYS,
  /** A connection breaks. */
  RESET,
  /** A session ends although its client lives. */
  EXPIRE,
  /** A ZooKeeper server dies, and starts again. */
  SERVER_RESTART,
  /** So many servers die that nobody is served. */
  MAJORITY_LOST,
  /** The leader changes. */
  ELECTION,
  /** A server hears late of what was decided. */
  LAG,
  /** ZooKeeper is slow. */
  SLOW,
  /** Writes that were lost with a connection take effect much later. */
  STRAY,
  /** Another node is suggested as the owner; the former one hands over. */
  MOVE,
  /** Another node is suggested as the owner, and the former one does not hear of it. */
  TWO_OWNERS,
  /** A consumer goes without a word about what it holds. */
  VANISH,
  /** A consumer acknowledges a part of what it got. */
  PARTIAL_ACK,
  /** A consumer gives a part of what it got back. */
  RELEASE,
  /** A consumer keeps messages for longer than their lease. */
  DAWDLE,
  /** A producer waits long before it repeats what was not confirmed. */
  LATE_REPEAT,
  /** An owner is told that the outcome of a commit is not known. */
  UNKNOWN_OUTCOME;

  /** As it is printed. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
