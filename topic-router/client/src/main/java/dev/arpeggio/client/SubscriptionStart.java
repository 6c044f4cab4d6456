package dev.arpeggio.client;

/** Where a subscription begins that a consumer makes. */
public enum SubscriptionStart {
  /** At the earliest message that is still there. */
  EARLIEST,
  /** Behind the last message. */
  LATEST
}
