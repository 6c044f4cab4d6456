package dev.arpeggio.client;

/** To whom a subscription's messages go when it has several consumers. */
public enum SubscriptionKind {
  /** To whichever consumer is loaded least. */
  SHARED,
  /**
   * There is one consumer for each partition; a second one fails with {@link
   * Reason#SUBSCRIPTION_BUSY}.
   */
  EXCLUSIVE,
  /**
   * Those of each partition to one consumer, in order; when it goes, to the next one. The
   * partitions are spread evenly over the consumers; that of a topic with one is with the oldest.
   */
  FAILOVER,
  /**
   * Those of a key to one consumer at a time, in order, also when they are delivered again; those
   * without a key to anyone.
   */
  KEY_SHARED
}
