package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.TopicConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The configuration that a topic has. Limits and what is kept are those of each partition.
 *
 * @param partitions how many it has
 * @param maxMessageBytes the largest encoded message
 * @param limits how much a partition may hold
 * @param retention what is kept of messages that every subscription has acknowledged
 * @param expiry how long a message waits for its consumers, unless it says so itself
 * @param redelivery what becomes of messages that are not acknowledged
 * @param highestPriority what a message's priority may be at most
 * @param compressed whether messages are stored compressed where that makes them smaller
 * @param qos what is promised to consumers and demanded of producers
 * @param subscriptions what a subscription becomes whose first consumer does not say it
 */
public record TopicSettings(
    int partitions,
    int maxMessageBytes,
    Limits limits,
    Retention retention,
    Expiry expiry,
    Redelivery redelivery,
    int highestPriority,
    boolean compressed,
    Qos qos,
    Subscriptions subscriptions) {
  /**
   * How much a partition may hold.
   *
   * @param messages empty: any number
   */
  public record Limits(long bytes, OptionalLong messages, WhenFull whenFull) {}

  /**
   * What is kept to be read again.
   *
   * @param time zero: nothing
   * @param bytes at most so many; empty: no limit of their own
   * @param lastPerKey how many last messages of each key are kept, and no others; 0: keys do not
   *     matter
   */
  public record Retention(Duration time, OptionalLong bytes, int lastPerKey) {}

  /**
   * When messages expire.
   *
   * @param after zero: never
   * @param movedTo the topic that gets them; empty: they are dropped
   */
  public record Expiry(Duration after, Optional<String> movedTo) {}

  /**
   * What becomes of messages that are not acknowledged.
   *
   * @param lease how long a consumer may hold a message before it comes back
   * @param maxDeliveries a message that came back so often is a dead letter; 0: never
   * @param deadLetters the topic that gets dead letters; empty: the topic's name with {@code .dead}
   * @param backoff how long a message waits before its second delivery; doubles with each one
   * @param longestBackoff the longest such wait
   */
  public record Redelivery(
      Duration lease,
      int maxDeliveries,
      Optional<String> deadLetters,
      Duration backoff,
      Duration longestBackoff) {}

  /**
   * What is promised to consumers and demanded of producers.
   *
   * @param ownership who is heard when several publish the same key
   * @param reliability what producers publish with, at least
   * @param durability what becomes of messages that nobody reads
   * @param deadline the longest time between two messages of a key; empty: none is promised
   * @param lease how long a producer that gives no sign counts as alive
   */
  public record Qos(
      Ownership ownership,
      Reliability reliability,
      Durability durability,
      Optional<Duration> deadline,
      Duration lease) {}

  /** What a subscription becomes that a consumer makes without saying it. */
  public record Subscriptions(SubscriptionKind kind, SubscriptionStart start) {}

  static TopicSettings decode(TopicConfig wire) {
    return new TopicSettings(
        wire.getPartitions(),
        wire.getMaxMessageBytes(),
        new Limits(
            wire.getMaxPartitionBytes(),
            limit(wire.getMaxPartitionMessages()),
            wire.getWhenFull() == TopicConfig.WhenFull.DROP_OLDEST
                ? WhenFull.DROP_OLDEST
                : WhenFull.REFUSE),
        new Retention(
            Duration.ofMillis(wire.getRetainMs()),
            limit(wire.getRetainBytes()),
            wire.getKeepLastPerKey()),
        new Expiry(Duration.ofMillis(wire.getExpireAfterMs()), present(wire.getMoveExpiredTo())),
        new Redelivery(
            Duration.ofMillis(wire.getLeaseMs()),
            wire.getMaxDeliveries(),
            present(wire.getDeadLetters()),
            Duration.ofMillis(wire.getFirstBackoffMs()),
            Duration.ofMillis(wire.getLastBackoffMs())),
        wire.getHighestPriority(),
        wire.getCompressed(),
        QosFields.decode(wire),
        new Subscriptions(
            switch (wire.getSubscriptionKind()) {
              case EXCLUSIVE -> SubscriptionKind.EXCLUSIVE;
              case FAILOVER -> SubscriptionKind.FAILOVER;
              case KEY_SHARED -> SubscriptionKind.KEY_SHARED;
              case SHARED, SUBSCRIPTION_KIND_UNSPECIFIED, UNRECOGNIZED -> SubscriptionKind.SHARED;
            },
            wire.getSubscriptionStart() == TopicConfig.SubscriptionStart.LATEST
                ? SubscriptionStart.LATEST
                : SubscriptionStart.EARLIEST));
  }

  private static OptionalLong limit(long value) {
    return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
