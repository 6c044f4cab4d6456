package dev.arpeggio.client;

/** What a partition does with a message that would exceed its limits. */
public enum WhenFull {
  /**
   * Refuses it with {@link Reason#LIMIT_EXCEEDED}; producers try again until their time is over.
   */
  REFUSE,
  /** Takes it, and drops the oldest messages for it, acknowledged or not. */
  DROP_OLDEST
}
