package dev.arpeggio.queue.faults;

/** What can befall servers, connections and owners; {@link Scene} knows how. */
enum Fault {
  KILL_LEADER,
  KILL_FOLLOWER,
  KILL_CONNECTED,
  PAUSE_LEADER,
  PAUSE_CONNECTED,
  CUT,
  DELAY,
  HOLD_REQUESTS,
  HOLD_ANSWERS,
  HOLD,
  REFUSE,
  EXPIRE_SESSION,
  HAND_OVER,
  RESTART_ONE_BY_ONE,
  STOP_ALL,
  LOSE_QUORUM;

  /** Whether servers can lead while it lasts. */
  boolean leavesAQuorum() {
    return this != STOP_ALL && this != LOSE_QUORUM;
  }
}
