package dev.arpeggio.chord.transport;

/** Why a node that is there does not answer. */
public enum RefusalReason {
  /** The caller belongs to a ring of another name. */
  OTHER_RING,
  /** The caller's identifiers have another width. */
  OTHER_ID_BITS,
  /** The caller speaks another version. */
  OTHER_VERSION,
  /** The node is joining or has left: for its neighbours it is not there. */
  NOT_MEMBER,
  /** The request makes no sense. */
  MALFORMED,
  /** Too many calls are under way, at this end or the other. */
  OVERLOADED
}
