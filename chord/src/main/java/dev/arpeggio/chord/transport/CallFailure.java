package dev.arpeggio.chord.transport;

import java.time.Duration;

/** Why a call has no response. */
public sealed interface CallFailure {
  /** Nothing listens at the address: the node is surely not there. */
  record Unreachable(String detail) implements CallFailure {}

  /**
   * No answer in time: the node may or may not be there, and may or may not have taken the request.
   */
  record TimedOut(Duration after) implements CallFailure {}

  /** A node is there and refuses. */
  record Refused(RefusalReason reason, String detail) implements CallFailure {}
}
