package dev.arpeggio.node.rpc;

import dev.arpeggio.protocol.v1.TopicConfig.SubscriptionStart;
import dev.arpeggio.protocol.v1.TopicConfig.WhenFull;
import dev.arpeggio.queue.Qos;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.SubscriptionKind;
import dev.arpeggio.queue.TopicChange;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A topic's configuration on the wire and in the domain. The field names of refusals are those of
 * the wire, which the domain uses too.
 */
final class TopicConfigs {
  private TopicConfigs() {}

  /**
   * What the fields that are present make of a configuration.
   *
   * @throws QueueException INVALID_ARGUMENT for what is wrong whatever the configuration is
   */
  static TopicChange change(dev.arpeggio.protocol.v1.TopicConfig wire) throws QueueException {
    // Whatever is not worth a look at the store is refused before.
    var unused = apply(wire, TopicConfig.defaults());
    return now -> apply(wire, now);
  }

  private static TopicConfig apply(dev.arpeggio.protocol.v1.TopicConfig wire, TopicConfig now)
      throws QueueException {
    TopicConfig.Builder to = now.toBuilder();
    if (wire.hasPartitions()) {
      to.partitions(number("partitions", wire.getPartitions()));
    }
    if (wire.hasMaxMessageBytes()) {
      to.maxMessageBytes(number("max_message_bytes", wire.getMaxMessageBytes()));
    }
    applyLimits(wire, to);
    applyRetention(wire, to);
    applyRedelivery(wire, now.redelivery(), to);
    if (wire.hasExpireAfterMs()) {
      to.expireAfter(millis("expire_after_ms", wire.getExpireAfterMs()));
    }
    if (wire.hasMoveExpiredTo()) {
      to.moveExpiredTo(topic("move_expired_to", wire.getMoveExpiredTo()));
    }
    if (wire.hasHighestPriority()) {
      to.highestPriority(number("highest_priority", wire.getHighestPriority()));
    }
    if (wire.hasCompressed()) {
      to.compressed(wire.getCompressed());
    }
    to.qos(qos(wire, now.qos()));
    to.subscriptions(subscriptions(wire, now.subscriptions()));
    return to.buildChecked();
  }

  private static Qos qos(dev.arpeggio.protocol.v1.TopicConfig wire, Qos now) throws QueueException {
    return new Qos(
        wire.hasOwnership()
            ? chosen("ownership", QosFields.ownership(wire.getOwnership()))
            : now.ownership(),
        wire.hasReliability()
            ? chosen("reliability", QosFields.reliability(wire.getReliability()))
            : now.reliability(),
        wire.hasDurability()
            ? chosen("durability", QosFields.durability(wire.getDurability()))
            : now.durability(),
        wire.hasDeadlineMs() ? millis("deadline_ms", wire.getDeadlineMs()) : now.deadline(),
        wire.hasPublisherLeaseMs()
            ? millis("publisher_lease_ms", wire.getPublisherLeaseMs())
            : now.lease());
  }

  private static TopicConfig.SubscriptionDefaults subscriptions(
      dev.arpeggio.protocol.v1.TopicConfig wire, TopicConfig.SubscriptionDefaults now)
      throws QueueException {
    return new TopicConfig.SubscriptionDefaults(
        wire.hasSubscriptionKind()
            ? chosen("subscription_kind", kind(wire.getSubscriptionKind()))
            : now.kind(),
        wire.hasSubscriptionStart()
            ? chosen("subscription_start", start(wire.getSubscriptionStart()))
            : now.start());
  }

  private static @Nullable SubscriptionKind kind(dev.arpeggio.protocol.v1.SubscriptionKind wire) {
    return switch (wire) {
      case SHARED -> SubscriptionKind.SHARED;
      case EXCLUSIVE -> SubscriptionKind.EXCLUSIVE;
      case FAILOVER -> SubscriptionKind.FAILOVER;
      case KEY_SHARED -> SubscriptionKind.KEY_SHARED;
      case SUBSCRIPTION_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static TopicConfig.@Nullable Start start(SubscriptionStart wire) {
    return switch (wire) {
      case EARLIEST -> TopicConfig.Start.EARLIEST;
      case LATEST -> TopicConfig.Start.LATEST;
      case SUBSCRIPTION_START_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static <E extends Enum<E>> E chosen(String field, @Nullable E value)
      throws QueueException {
    if (value == null) {
      throw QueueException.invalidArgument(field, "must be one of its values, not unspecified");
    }
    return value;
  }

  private static void applyLimits(dev.arpeggio.protocol.v1.TopicConfig wire, TopicConfig.Builder to)
      throws QueueException {
    if (wire.hasMaxPartitionBytes()) {
      to.maxBytes(number("max_partition_bytes", wire.getMaxPartitionBytes()));
    }
    if (wire.hasMaxPartitionMessages()) {
      to.maxMessages(unlimited("max_partition_messages", wire.getMaxPartitionMessages()));
    }
    if (wire.hasWhenFull()) {
      to.whenFull(
          switch (wire.getWhenFull()) {
            case REFUSE -> TopicConfig.WhenFull.REFUSE;
            case DROP_OLDEST -> TopicConfig.WhenFull.DROP_OLDEST;
            case WHEN_FULL_UNSPECIFIED, UNRECOGNIZED ->
                throw QueueException.invalidArgument(
                    "when_full",
                    "must be REFUSE or DROP_OLDEST, not number " + wire.getWhenFullValue());
          });
    }
  }

  private static void applyRetention(
      dev.arpeggio.protocol.v1.TopicConfig wire, TopicConfig.Builder to) throws QueueException {
    if (wire.hasRetainMs()) {
      to.retain(millis("retain_ms", wire.getRetainMs()));
    }
    if (wire.hasRetainBytes()) {
      to.retainBytes(unlimited("retain_bytes", wire.getRetainBytes()));
    }
    if (wire.hasKeepLastPerKey()) {
      to.keepLastPerKey(number("keep_last_per_key", wire.getKeepLastPerKey()));
    }
  }

  private static void applyRedelivery(
      dev.arpeggio.protocol.v1.TopicConfig wire, TopicConfig.Redelivery now, TopicConfig.Builder to)
      throws QueueException {
    if (wire.hasLeaseMs()) {
      to.lease(millis("lease_ms", wire.getLeaseMs()));
    }
    if (wire.hasMaxDeliveries()) {
      to.maxDeliveries(number("max_deliveries", wire.getMaxDeliveries()));
    }
    if (wire.hasDeadLetters()) {
      to.deadLetters(topic("dead_letters", wire.getDeadLetters()));
    }
    to.backoff(
        wire.hasFirstBackoffMs()
            ? millis("first_backoff_ms", wire.getFirstBackoffMs())
            : now.firstBackoff(),
        wire.hasLastBackoffMs()
            ? millis("last_backoff_ms", wire.getLastBackoffMs())
            : now.lastBackoff());
  }

  /** With every field present. */
  static dev.arpeggio.protocol.v1.TopicConfig encode(TopicConfig config) {
    return dev.arpeggio.protocol.v1.TopicConfig.newBuilder()
        .setPartitions(config.partitions())
        .setMaxMessageBytes(config.maxMessageBytes())
        .setMaxPartitionBytes(config.limits().bytes())
        .setMaxPartitionMessages(unlimited(config.limits().messages()))
        .setWhenFull(
            switch (config.limits().whenFull()) {
              case REFUSE -> WhenFull.REFUSE;
              case DROP_OLDEST -> WhenFull.DROP_OLDEST;
            })
        .setRetainMs(config.retention().time().toMillis())
        .setRetainBytes(unlimited(config.retention().bytes()))
        .setKeepLastPerKey(config.retention().lastPerKey())
        .setExpireAfterMs(config.expiry().after().toMillis())
        .setMoveExpiredTo(name(config.expiry().movedTo()))
        .setLeaseMs(config.redelivery().lease().toMillis())
        .setMaxDeliveries(config.redelivery().maxDeliveries())
        .setDeadLetters(name(config.redelivery().deadLetters()))
        .setFirstBackoffMs(config.redelivery().firstBackoff().toMillis())
        .setLastBackoffMs(config.redelivery().lastBackoff().toMillis())
        .setHighestPriority(config.highestPriority())
        .setCompressed(config.compressed())
        .setOwnership(QosFields.encode(config.qos().ownership()))
        .setReliability(QosFields.encode(config.qos().reliability()))
        .setDurability(QosFields.encode(config.qos().durability()))
        .setDeadlineMs(config.qos().deadline().toMillis())
        .setPublisherLeaseMs(config.qos().lease().toMillis())
        .setSubscriptionKind(
            dev.arpeggio.protocol.v1.SubscriptionKind.valueOf(config.subscriptions().kind().name()))
        .setSubscriptionStart(SubscriptionStart.valueOf(config.subscriptions().start().name()))
        .build();
  }

  // Beyond these, protobuf's unsigned numbers are Java's negative ones.

  private static int number(String field, int value) throws QueueException {
    if (value < 0) {
      throw QueueException.invalidArgument(
          field, Integer.toUnsignedString(value) + " is out of range");
    }
    return value;
  }

  private static long number(String field, long value) throws QueueException {
    if (value < 0) {
      throw QueueException.invalidArgument(
          field, Long.toUnsignedString(value) + " is out of range");
    }
    return value;
  }

  private static Duration millis(String field, long value) throws QueueException {
    return Duration.ofMillis(number(field, value));
  }

  private static long unlimited(String field, long value) throws QueueException {
    return value == 0 ? Long.MAX_VALUE : number(field, value);
  }

  private static long unlimited(long value) {
    return value == Long.MAX_VALUE ? 0 : value;
  }

  private static @Nullable TopicName topic(String field, String name) throws QueueException {
    if (name.isEmpty()) {
      return null;
    }
    try {
      return TopicName.parse(name);
    } catch (QueueException e) {
      throw QueueException.invalidArgument(field, String.valueOf(e.getMessage()));
    }
  }

  private static String name(@Nullable TopicName topic) {
    return topic == null ? "" : topic.value();
  }
}
