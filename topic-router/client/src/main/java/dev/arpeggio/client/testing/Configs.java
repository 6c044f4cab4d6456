package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicConfig.SubscriptionStart;
import dev.arpeggio.protocol.v1.TopicConfig.WhenFull;
import java.util.Map;

/** What a topic's configuration may be, and what it lets a message be. Stateless. */
final class Configs {
  static final TopicConfig DEFAULTS =
      Offers.defaults(TopicConfig.newBuilder())
          .setPartitions(1)
          .setMaxMessageBytes(262_144)
          .setMaxPartitionBytes(1L << 30)
          .setMaxPartitionMessages(0)
          .setWhenFull(WhenFull.REFUSE)
          .setRetainMs(0)
          .setRetainBytes(0)
          .setKeepLastPerKey(0)
          .setExpireAfterMs(0)
          .setMoveExpiredTo("")
          .setLeaseMs(30_000)
          .setMaxDeliveries(0)
          .setDeadLetters("")
          .setFirstBackoffMs(0)
          .setLastBackoffMs(60_000)
          .setHighestPriority(9)
          .setCompressed(false)
          .setSubscriptionKind(SubscriptionKind.SHARED)
          .setSubscriptionStart(SubscriptionStart.EARLIEST)
          .build();

  private static final long DAY = 86_400_000;
  private static final long LONGEST = 36_500 * DAY;

  private Configs() {}

  /** A configuration with changes, as far as these may be. */
  static TopicConfig apply(String topic, TopicConfig changes, TopicConfig now) {
    TopicConfig config = now.toBuilder().mergeFrom(changes).build();
    check("partitions", config.getPartitions(), 1, 1_024);
    check("max_message_bytes", config.getMaxMessageBytes(), 1, 262_144);
    check("max_partition_bytes", config.getMaxPartitionBytes(), 1, Long.MAX_VALUE);
    check("max_partition_messages", config.getMaxPartitionMessages(), 0, Long.MAX_VALUE);
    if (config.getWhenFull() != WhenFull.REFUSE && config.getWhenFull() != WhenFull.DROP_OLDEST) {
      throw Refusals.invalid("when_full", "must be REFUSE or DROP_OLDEST");
    }
    check("retain_ms", config.getRetainMs(), 0, LONGEST);
    check("retain_bytes", config.getRetainBytes(), 0, Long.MAX_VALUE);
    check("keep_last_per_key", config.getKeepLastPerKey(), 0, 1_000);
    check("expire_after_ms", config.getExpireAfterMs(), 0, LONGEST);
    checkOther(topic, "move_expired_to", config.getMoveExpiredTo());
    check("lease_ms", config.getLeaseMs(), 10, DAY);
    check("max_deliveries", config.getMaxDeliveries(), 0, 1_000_000);
    checkOther(topic, "dead_letters", config.getDeadLetters());
    check("first_backoff_ms", config.getFirstBackoffMs(), 0, DAY);
    check("last_backoff_ms", config.getLastBackoffMs(), 0, DAY);
    check("highest_priority", config.getHighestPriority(), 0, 999);
    if (config.getSubscriptionKind() == SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED
        || config.getSubscriptionKind() == SubscriptionKind.UNRECOGNIZED) {
      throw Refusals.invalid("subscription_kind", "must be one of its values");
    }
    if (config.getSubscriptionStart() != SubscriptionStart.EARLIEST
        && config.getSubscriptionStart() != SubscriptionStart.LATEST) {
      throw Refusals.invalid("subscription_start", "must be EARLIEST or LATEST");
    }
    Offers.check(config);
    return config;
  }

  private static void checkOther(String topic, String field, String target) {
    if (target.equals(topic)) {
      throw Refusals.invalid(field, "is the topic itself; name another one");
    }
    if (!target.isEmpty() && !Names.isValid(target)) {
      throw Refusals.invalid(field, "is not a topic's name: " + target);
    }
  }

  /** Refuses a message that the topic does not take. */
  static void check(Message message, TopicConfig config) {
    int size = message.getSerializedSize();
    int limit = config.getMaxMessageBytes();
    if (size > limit) {
      throw Refusals.of(
          ErrorReason.MESSAGE_TOO_LARGE,
          "a message of " + size + " bytes exceeds the limit of " + limit,
          Map.of("size", Integer.toString(size), "limit", Integer.toString(limit)));
    }
    check("priority", message.getPriority(), 0, config.getHighestPriority());
    check("delay_ms", message.getDelayMs(), 0, LONGEST);
    check("time_to_live_ms", message.getTimeToLiveMs(), 0, LONGEST);
  }

  /** Refuses a number that is out of its range; those of the wire have no sign. */
  static void check(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw Refusals.invalid(
          field, "must be " + least + " to " + most + ", not " + Long.toUnsignedString(value));
    }
  }
}
