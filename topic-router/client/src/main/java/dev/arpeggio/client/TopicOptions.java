package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.TopicConfig;
import java.time.Duration;

/**
 * What to set of a topic's configuration. What is not set has its default when a topic is created,
 * and stays as it is when one is updated. Immutable; start from {@link #defaults()}. Upper bounds
 * are the server's to check.
 *
 * <p>Limits and what is kept are those of each partition. Every method throws {@link
 * IllegalArgumentException} for a negative number or time; times count in milliseconds.
 */
public final class TopicOptions {
  private static final TopicOptions DEFAULTS = new TopicOptions(TopicConfig.getDefaultInstance());

  private final TopicConfig changes;

  private TopicOptions(TopicConfig changes) {
    this.changes = changes;
  }

  /** Nothing is set. */
  public static TopicOptions defaults() {
    return DEFAULTS;
  }

  /**
   * 1 to 1,024 (1). Can become more later, not fewer, unless producers are exclusive or the last
   * messages of each key are kept. A key whose earlier messages are all acknowledged keeps its
   * order then; of other keys, newer messages may come before older ones.
   */
  public TopicOptions withPartitions(int number) {
    return of(changes.toBuilder().setPartitions(checked("partitions", number)));
  }

  /** The largest encoded message, at most 262,144 bytes (262,144). */
  public TopicOptions withMaxMessageBytes(int bytes) {
    return of(changes.toBuilder().setMaxMessageBytes(checked("bytes of a message", bytes)));
  }

  /** How many bytes a partition may hold (1 GiB). */
  public TopicOptions withMaxPartitionBytes(long bytes) {
    return of(changes.toBuilder().setMaxPartitionBytes(checked("bytes of a partition", bytes)));
  }

  /** How many messages a partition may hold; 0: any number (0). */
  public TopicOptions withMaxPartitionMessages(long messages) {
    return of(
        changes.toBuilder().setMaxPartitionMessages(checked("messages of a partition", messages)));
  }

  /** What a full partition does ({@link WhenFull#REFUSE}). */
  public TopicOptions withWhenFull(WhenFull reaction) {
    return of(changes.toBuilder().setWhenFull(TopicConfig.WhenFull.valueOf(reaction.name())));
  }

  /** How long messages are kept that every subscription has acknowledged; zero: not (zero). */
  public TopicOptions withRetention(Duration time) {
    return of(changes.toBuilder().setRetainMs(millis("retention", time)));
  }

  /** How many bytes of them are kept at most; 0: no limit of their own (0). */
  public TopicOptions withRetentionBytes(long bytes) {
    return of(changes.toBuilder().setRetainBytes(checked("bytes of retention", bytes)));
  }

  /**
   * How many last messages of each key are kept; earlier ones are dropped, acknowledged or not. 0:
   * keys do not matter; at most 1,000 (0).
   */
  public TopicOptions withKeepLastPerKey(int messages) {
    return of(changes.toBuilder().setKeepLastPerKey(checked("messages of a key", messages)));
  }

  /** When messages expire that do not say it themselves; zero: never (zero). */
  public TopicOptions withExpiry(Duration after) {
    return of(changes.toBuilder().setExpireAfterMs(millis("expiry", after)));
  }

  /** The topic that gets what has expired; empty: it is dropped (empty). */
  public TopicOptions withExpiredMovedTo(String topic) {
    return of(changes.toBuilder().setMoveExpiredTo(topic));
  }

  /** How long a consumer may hold a message before it comes back; 10 ms to a day (30 s). */
  public TopicOptions withLease(Duration time) {
    return of(changes.toBuilder().setLeaseMs(millis("lease", time)));
  }

  /** After so many deliveries that came to nothing, a message is a dead letter; 0: never (0). */
  public TopicOptions withMaxDeliveries(int deliveries) {
    return of(changes.toBuilder().setMaxDeliveries(checked("deliveries", deliveries)));
  }

  /** The topic that gets dead letters; empty: the topic's name with {@code .dead} (empty). */
  public TopicOptions withDeadLetters(String topic) {
    return of(changes.toBuilder().setDeadLetters(topic));
  }

  /**
   * How long a message that came back waits before its second delivery, doubling with each one
   * after; at most a day (zero).
   */
  public TopicOptions withBackoff(Duration first) {
    return of(changes.toBuilder().setFirstBackoffMs(millis("backoff", first)));
  }

  /** The longest such wait, at most a day (a minute). */
  public TopicOptions withLongestBackoff(Duration longest) {
    return of(changes.toBuilder().setLastBackoffMs(millis("longest backoff", longest)));
  }

  /** Messages may have priorities up to this, at most 999 (9). */
  public TopicOptions withHighestPriority(int priority) {
    return of(changes.toBuilder().setHighestPriority(checked("priority", priority)));
  }

  /** Whether messages are stored compressed where that makes them smaller (false). */
  public TopicOptions withCompression(boolean compressed) {
    return of(changes.toBuilder().setCompressed(compressed));
  }

  /**
   * Who is heard when several publish the same key ({@link Ownership#SHARED}); cannot be changed.
   */
  public TopicOptions withOwnership(Ownership ownership) {
    return of(changes.toBuilder().setOwnership(QosFields.encode(ownership)));
  }

  /** What producers publish with, at least ({@link Reliability#RELIABLE}). */
  public TopicOptions withReliability(Reliability reliability) {
    return of(changes.toBuilder().setReliability(QosFields.encode(reliability)));
  }

  /**
   * What becomes of messages that nobody reads ({@link Durability#PERSISTENT}); cannot be changed.
   */
  public TopicOptions withDurability(Durability durability) {
    return of(changes.toBuilder().setDurability(QosFields.encode(durability)));
  }

  /** The longest time between two messages of a key; zero: none is promised (zero). */
  public TopicOptions withDeadline(Duration longest) {
    return of(changes.toBuilder().setDeadlineMs(millis("deadline", longest)));
  }

  /** How long a producer that gives no sign counts as alive, 100 ms to a day (10 s). */
  public TopicOptions withPublisherLease(Duration time) {
    return of(changes.toBuilder().setPublisherLeaseMs(millis("publisher lease", time)));
  }

  /**
   * What a subscription becomes whose first consumer does not say it ({@link
   * SubscriptionKind#SHARED}).
   */
  public TopicOptions withSubscriptionKind(SubscriptionKind kind) {
    return of(
        changes.toBuilder()
            .setSubscriptionKind(dev.arpeggio.protocol.v1.SubscriptionKind.valueOf(kind.name())));
  }

  /** Where a subscription begins that a consumer makes ({@link SubscriptionStart#EARLIEST}). */
  public TopicOptions withSubscriptionStart(SubscriptionStart start) {
    return of(
        changes.toBuilder()
            .setSubscriptionStart(TopicConfig.SubscriptionStart.valueOf(start.name())));
  }

  /** Whether anything is set. */
  public boolean isEmpty() {
    return changes.equals(TopicConfig.getDefaultInstance());
  }

  TopicConfig encode() {
    return changes;
  }

  private static TopicOptions of(TopicConfig.Builder changes) {
    return new TopicOptions(changes.build());
  }

  private static int checked(String what, int value) {
    return Math.toIntExact(checked(what, (long) value));
  }

  private static long checked(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + ": " + value + " is negative");
    }
    return value;
  }

  private static long millis(String what, Duration time) {
    if (time.isNegative() || time.compareTo(Message.MAX_TIME) > 0) {
      throw new IllegalArgumentException(
          what + ": " + time + " is not in 0 .. " + Message.MAX_TIME);
    }
    return time.toMillis();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicOptions that && changes.equals(that.changes);
  }

  @Override
  public int hashCode() {
    return changes.hashCode();
  }

  @Override
  public String toString() {
    return "TopicOptions[" + changes.toString().strip().replace("\n", ", ") + "]";
  }
}
