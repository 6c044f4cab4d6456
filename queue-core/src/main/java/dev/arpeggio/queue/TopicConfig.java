package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a topic is created with. Immutable; made by {@link #builder()}, which checks it.
 *
 * @param partitions 1 to 1,024
 * @param maxMessageBytes largest encoded message, 1 to 262,144 bytes
 * @param limits how much one partition may hold
 * @param retention what is kept of messages that every subscription has acknowledged
 * @param expiry how long a message waits for its consumers
 * @param redelivery what becomes of messages that are not acknowledged
 * @param highestPriority 0 to 999; 0: priorities are refused
 * @param compressed whether segments are stored compressed where that makes them smaller
 * @param qos what is promised to consumers and demanded of publishers
 * @param subscriptions what a subscription is that its consumer makes without saying it
 */
public record TopicConfig(
    int partitions,
    int maxMessageBytes,
    Limits limits,
    Retention retention,
    Expiry expiry,
    Redelivery redelivery,
    int highestPriority,
    boolean compressed,
    Qos qos,
    SubscriptionDefaults subscriptions) {
  public static final int MAX_PARTITIONS = 1_024;
  public static final int MAX_MESSAGE_BYTES = 262_144;
  public static final long DEFAULT_PARTITION_BYTES = 1L << 30;
  public static final int DEFAULT_HIGHEST_PRIORITY = 9;
  public static final int MAX_PRIORITY = 999;

  /** The longest that a message may be leased, or wait until it is delivered again. */
  public static final Duration LONGEST_LEASE = Duration.ofDays(1);

  /** What a partition does with a message that would exceed its limits. */
  public enum WhenFull {
    /** Refuses it with LIMIT_EXCEEDED. */
    REFUSE,
    /** Takes it, and drops the oldest messages for it, acknowledged or not. */
    DROP_OLDEST
  }

  /**
   * How much one partition may hold.
   *
   * @param bytes at least 1
   * @param messages at least 1
   */
  public record Limits(long bytes, long messages, WhenFull whenFull) {}

  /**
   * What is kept of messages that every subscription has acknowledged, for whoever wants to read
   * them again: those that are younger than {@code time} as long as they fit {@code bytes}; and the
   * last ones of each key, however old.
   *
   * @param time zero: nothing
   * @param bytes at least 0
   * @param lastPerKey 0: without regard to keys; otherwise, a message of a key is dropped, also
   *     unacknowledged, once that many newer ones of the same key are stored
   */
  public record Retention(Duration time, long bytes, int lastPerKey) {}

  /**
   * How long a message waits for its consumers, unless it says so itself.
   *
   * @param after zero: for ever
   * @param movedTo the topic that gets what has expired; null: it is dropped
   */
  public record Expiry(Duration after, @Nullable TopicName movedTo) {}

  /**
   * What becomes of messages that are not acknowledged.
   *
   * @param lease how long a consumer may hold a message before it comes back
   * @param maxDeliveries a message that came back so often is a dead letter; 0: never
   * @param deadLetters the topic that gets dead letters; null: the topic's name with {@link
   *     #DEAD_LETTERS_SUFFIX}
   * @param firstBackoff how long a message that came back waits before it is delivered for the
   *     second time; doubles with each delivery
   * @param lastBackoff the longest such wait
   */
  public record Redelivery(
      Duration lease,
      int maxDeliveries,
      @Nullable TopicName deadLetters,
      Duration firstBackoff,
      Duration lastBackoff) {
    public static final String DEAD_LETTERS_SUFFIX = ".dead";
  }

  /** Where a subscription begins. */
  public enum Start {
    /** At the earliest message that is retained. */
    EARLIEST,
    /** Behind the last message. */
    LATEST
  }

  /** What a subscription is that its first consumer makes without saying it. */
  public record SubscriptionDefaults(SubscriptionKind kind, Start start) {}

  /** One partition, messages of up to 256 KiB, 1 GiB retained, nothing moved or dropped. */
  public static TopicConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** This configuration, to make another of it. */
  public Builder toBuilder() {
    return new Builder()
        .partitions(partitions)
        .maxMessageBytes(maxMessageBytes)
        .maxBytes(limits.bytes())
        .maxMessages(limits.messages())
        .whenFull(limits.whenFull())
        .retain(retention.time())
        .retainBytes(retention.bytes())
        .keepLastPerKey(retention.lastPerKey())
        .expireAfter(expiry.after())
        .moveExpiredTo(expiry.movedTo())
        .lease(redelivery.lease())
        .maxDeliveries(redelivery.maxDeliveries())
        .deadLetters(redelivery.deadLetters())
        .backoff(redelivery.firstBackoff(), redelivery.lastBackoff())
        .highestPriority(highestPriority)
        .compressed(compressed)
        .qos(qos)
        .subscriptions(subscriptions);
  }

  /** Collects a configuration. Whatever is not set has its default. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Duration SHORTEST_LEASE = Duration.ofMillis(10);

    private int partitions = 1;
    private int maxMessageBytes = MAX_MESSAGE_BYTES;
    private long maxBytes = DEFAULT_PARTITION_BYTES;
    private long maxMessages = Long.MAX_VALUE;
    private WhenFull whenFull = WhenFull.REFUSE;
    private Duration retain = Duration.ZERO;
    private long retainBytes = Long.MAX_VALUE;
    private int keepLastPerKey;
    private Duration expireAfter = Duration.ZERO;
    private @Nullable TopicName moveExpiredTo;
    private Duration lease = Duration.ofSeconds(30);
    private int maxDeliveries;
    private @Nullable TopicName deadLetters;
    private Duration firstBackoff = Duration.ZERO;
    private Duration lastBackoff = Duration.ofMinutes(1);
    private int highestPriority = DEFAULT_HIGHEST_PRIORITY;
    private boolean compressed;
    private Qos qos = Qos.DEFAULTS;
    private SubscriptionDefaults subscriptions =
        new SubscriptionDefaults(SubscriptionKind.SHARED, Start.EARLIEST);

    private Builder() {}

    public Builder partitions(int count) {
      partitions = count;
      return this;
    }

    public Builder maxMessageBytes(int bytes) {
      maxMessageBytes = bytes;
      return this;
    }

    /** Of one partition. */
    public Builder maxBytes(long bytes) {
      maxBytes = bytes;
      return this;
    }

    /** Of one partition. */
    public Builder maxMessages(long messages) {
      maxMessages = messages;
      return this;
    }

    public Builder whenFull(WhenFull reaction) {
      whenFull = reaction;
      return this;
    }

    public Builder retain(Duration time) {
      retain = time;
      return this;
    }

    public Builder retainBytes(long bytes) {
      retainBytes = bytes;
      return this;
    }

    public Builder keepLastPerKey(int messages) {
      keepLastPerKey = messages;
      return this;
    }

    public Builder expireAfter(Duration time) {
      expireAfter = time;
      return this;
    }

    public Builder moveExpiredTo(@Nullable TopicName topic) {
      moveExpiredTo = topic;
      return this;
    }

    public Builder lease(Duration time) {
      lease = time;
      return this;
    }

    public Builder maxDeliveries(int deliveries) {
      maxDeliveries = deliveries;
      return this;
    }

    public Builder deadLetters(@Nullable TopicName topic) {
      deadLetters = topic;
      return this;
    }

    public Builder backoff(Duration first, Duration last) {
      firstBackoff = first;
      lastBackoff = last;
      return this;
    }

    public Builder highestPriority(int priority) {
      highestPriority = priority;
      return this;
    }

    public Builder compressed(boolean compress) {
      compressed = compress;
      return this;
    }

    public Builder qos(Qos promised) {
      qos = promised;
      return this;
    }

    public Builder subscriptions(SubscriptionDefaults defaults) {
      subscriptions = defaults;
      return this;
    }

    /**
     * For values that come from outside.
     *
     * @throws QueueException INVALID_ARGUMENT with the first field that is out of range
     */
    public TopicConfig buildChecked() throws QueueException {
      check("partitions", partitions, 1, MAX_PARTITIONS);
      check("max_message_bytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
      check("max_partition_bytes", maxBytes, 1, Long.MAX_VALUE);
      check("max_partition_messages", maxMessages, 1, Long.MAX_VALUE);
      check("retain_ms", retain, Duration.ZERO, LONGEST);
      check("retain_bytes", retainBytes, 0, Long.MAX_VALUE);
      check("keep_last_per_key", keepLastPerKey, 0, 1_000);
      check("expire_after_ms", expireAfter, Duration.ZERO, LONGEST);
      check("lease_ms", lease, SHORTEST_LEASE, LONGEST_LEASE);
      check("max_deliveries", maxDeliveries, 0, 1_000_000);
      check("first_backoff_ms", firstBackoff, Duration.ZERO, LONGEST_LEASE);
      check("last_backoff_ms", lastBackoff, Duration.ZERO, LONGEST_LEASE);
      check("highest_priority", highestPriority, 0, MAX_PRIORITY);
      if (qos.hasDeadline()) {
        check("deadline_ms", qos.deadline(), Qos.SHORTEST, Qos.LONGEST);
      }
      check("publisher_lease_ms", qos.lease(), Qos.SHORTEST, Qos.LONGEST);
      return new TopicConfig(
          partitions,
          maxMessageBytes,
          new Limits(maxBytes, maxMessages, whenFull),
          new Retention(retain, retainBytes, keepLastPerKey),
          new Expiry(expireAfter, moveExpiredTo),
          new Redelivery(lease, maxDeliveries, deadLetters, firstBackoff, lastBackoff),
          highestPriority,
          compressed,
          qos,
          subscriptions);
    }

    /** For values that are known to be good. */
    public TopicConfig build() {
      try {
        return buildChecked();
      } catch (QueueException e) {
        throw new IllegalArgumentException(e);
      }
    }

    private static void check(String field, long value, long least, long most)
        throws QueueException {
      if (value < least || value > most) {
        throw QueueException.invalidArgument(
            field,
            most == Long.MAX_VALUE
                ? "must be at least " + least + ", not " + value
                : "must be " + least + " to " + most + ", not " + value);
      }
    }

    private static void check(String field, Duration value, Duration least, Duration most)
        throws QueueException {
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw QueueException.invalidArgument(
            field, "must be " + least.toMillis() + " to " + most.toMillis() + " ms, not " + value);
      }
    }
  }
}
