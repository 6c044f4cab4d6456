package dev.arpeggio.queue;

import java.time.Duration;

/**
 * What a topic promises those who read it, and demands of those who publish to it. Publishers and
 * consumers never meet: the topic stands between them, so that what a consumer was promised holds
 * whoever publishes.
 *
 * @param ownership who is heard when several publish the same key
 * @param reliability what publishers have to publish with, at least
 * @param durability what becomes of messages that nobody reads
 * @param deadline the longest time between two messages of a key; zero: none is promised
 * @param lease how long a publisher that gives no sign counts as alive, 100 ms to a day
 */
public record Qos(
    Ownership ownership,
    Reliability reliability,
    Durability durability,
    Duration deadline,
    Duration lease) {
  static final Duration SHORTEST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofDays(1);

  /** Every publisher is heard; every message is confirmed, and waits for its readers. */
  public static final Qos DEFAULTS =
      new Qos(
          Ownership.SHARED,
          Reliability.RELIABLE,
          Durability.PERSISTENT,
          Duration.ZERO,
          Duration.ofSeconds(10));

  /** Who is heard when several publish the same key. */
  public enum Ownership {
    /** All of them. */
    SHARED,
    /** The live one of the highest strength. */
    EXCLUSIVE
  }

  /** Whether messages may be dropped on their way to the partition. Ascending. */
  public enum Reliability {
    /** Under pressure, or when a connection breaks. */
    BEST_EFFORT,
    /** Never without the publisher being told. */
    RELIABLE
  }

  /** What becomes of messages that nobody reads. Ascending. */
  public enum Durability {
    /** Subscriptions last as long as they have consumers; what no subscription wants is deleted. */
    VOLATILE,
    /** Subscriptions last until they are deleted; what they have not acknowledged is kept. */
    PERSISTENT
  }

  boolean isExclusive() {
    return ownership == Ownership.EXCLUSIVE;
  }

  boolean isVolatile() {
    return durability == Durability.VOLATILE;
  }

  boolean hasDeadline() {
    return !deadline.isZero();
  }
}
