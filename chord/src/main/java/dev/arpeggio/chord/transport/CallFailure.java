package dev.arpeggio.chord.transport;

/** Why a call has no response. */
public sealed interface CallFailure {
  /** Nothing listens at the address: the node is surely not there. */
  record Unreachable(String detail) implements CallFailure {}

  /**
   * No answer in time, or the connection broke before it: the node may or may not be there, and may
   * or may not have taken the request.
   */
  record TimedOut(String detail) implements CallFailure {}

  /** A node is there and refuses, or this end did not send because too much is under way. */
  record Refused(RefusalReason reason, String detail) implements CallFailure {}
}
