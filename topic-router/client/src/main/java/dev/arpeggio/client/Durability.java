package dev.arpeggio.client;

/** What becomes of messages that nobody reads. Ascending. */
public enum Durability {
  /** Subscriptions last as long as they have consumers, and begin with what comes next. */
  VOLATILE,
  /** Subscriptions last until they are deleted, and keep what is not acknowledged. */
  PERSISTENT
}
