package dev.arpeggio.queue;

import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of a topic's znode.
 *
 * @param deleting whether the topic is on its way out, and must not be seen any more
 */
record TopicRecord(TopicConfig config, boolean deleting) {
  private static final String KIND = "topic";

  byte[] encode() {
    var fields = new TreeMap<String, String>();
    fields.put("state", deleting ? "deleting" : "active");
    fields.put("partitions", Integer.toString(config.partitions()));
    fields.put("max_message_bytes", Integer.toString(config.maxMessageBytes()));
    fields.put("max_partition_bytes", Long.toString(config.limits().bytes()));
    fields.put("max_partition_messages", Long.toString(config.limits().messages()));
    fields.put("when_full", config.limits().whenFull().name());
    fields.put("retain_ms", millis(config.retention().time()));
    fields.put("retain_bytes", Long.toString(config.retention().bytes()));
    fields.put("keep_last_per_key", Integer.toString(config.retention().lastPerKey()));
    fields.put("expire_after_ms", millis(config.expiry().after()));
    putTopic(fields, "move_expired_to", config.expiry().movedTo());
    fields.put("lease_ms", millis(config.redelivery().lease()));
    fields.put("max_deliveries", Integer.toString(config.redelivery().maxDeliveries()));
    putTopic(fields, "dead_letters", config.redelivery().deadLetters());
    fields.put("first_backoff_ms", millis(config.redelivery().firstBackoff()));
    fields.put("last_backoff_ms", millis(config.redelivery().lastBackoff()));
    fields.put("highest_priority", Integer.toString(config.highestPriority()));
    fields.put("compressed", Boolean.toString(config.compressed()));
    fields.put("ownership", config.qos().ownership().name());
    fields.put("reliability", config.qos().reliability().name());
    fields.put("durability", config.qos().durability().name());
    fields.put("deadline_ms", millis(config.qos().deadline()));
    fields.put("publisher_lease_ms", millis(config.qos().lease()));
    fields.put("subscription_kind", config.subscriptions().kind().name());
    fields.put("subscription_start", config.subscriptions().start().name());
    return TextRecord.encode(KIND, fields);
  }

  /**
   * A field that is absent, as an earlier version did not know it, has its default.
   *
   * @throws QueueException STORE_CORRUPT
   */
  static TopicRecord decode(String path, byte[] content) throws QueueException {
    var record = TextRecord.decode(path, KIND, content);
    boolean deleting = record.text("state").equals("deleting");
    TopicConfig defaults = TopicConfig.defaults();
    try {
      var config =
          TopicConfig.builder()
              .partitions(Math.toIntExact(record.number("partitions")))
              .maxMessageBytes(Math.toIntExact(record.number("max_message_bytes")))
              .maxBytes(record.number("max_partition_bytes"))
              .maxMessages(record.number("max_partition_messages", defaults.limits().messages()))
              .whenFull(
                  TopicConfig.WhenFull.valueOf(
                      record.text("when_full", defaults.limits().whenFull().name())))
              .retain(duration(record, "retain_ms", defaults.retention().time()))
              .retainBytes(record.number("retain_bytes", defaults.retention().bytes()))
              .keepLastPerKey(Math.toIntExact(record.number("keep_last_per_key", 0)))
              .expireAfter(duration(record, "expire_after_ms", defaults.expiry().after()))
              .moveExpiredTo(topic(record, "move_expired_to"))
              .lease(duration(record, "lease_ms", defaults.redelivery().lease()))
              .maxDeliveries(Math.toIntExact(record.number("max_deliveries", 0)))
              .deadLetters(topic(record, "dead_letters"))
              .backoff(
                  duration(record, "first_backoff_ms", defaults.redelivery().firstBackoff()),
                  duration(record, "last_backoff_ms", defaults.redelivery().lastBackoff()))
              .highestPriority(
                  Math.toIntExact(record.number("highest_priority", defaults.highestPriority())))
              .compressed(record.text("compressed", "false").equals("true"))
              .qos(qos(record, defaults.qos()))
              .subscriptions(subscriptions(record, defaults.subscriptions()))
              .build();
      return new TopicRecord(config, deleting);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw QueueException.storeCorrupt(path, "a configuration out of range");
    }
  }

  private static Qos qos(TextRecord record, Qos defaults) throws QueueException {
    return new Qos(
        Qos.Ownership.valueOf(record.text("ownership", defaults.ownership().name())),
        Qos.Reliability.valueOf(record.text("reliability", defaults.reliability().name())),
        Qos.Durability.valueOf(record.text("durability", defaults.durability().name())),
        duration(record, "deadline_ms", defaults.deadline()),
        duration(record, "publisher_lease_ms", defaults.lease()));
  }

  private static TopicConfig.SubscriptionDefaults subscriptions(
      TextRecord record, TopicConfig.SubscriptionDefaults defaults) throws QueueException {
    return new TopicConfig.SubscriptionDefaults(
        SubscriptionKind.valueOf(record.text("subscription_kind", defaults.kind().name())),
        TopicConfig.Start.valueOf(record.text("subscription_start", defaults.start().name())));
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }

  private static Duration duration(TextRecord record, String field, Duration otherwise)
      throws QueueException {
    return Duration.ofMillis(record.number(field, otherwise.toMillis()));
  }

  private static void putTopic(
      TreeMap<String, String> fields, String field, @Nullable TopicName topic) {
    if (topic != null) {
      fields.put(field, topic.value());
    }
  }

  private static @Nullable TopicName topic(TextRecord record, String field) throws QueueException {
    return record.has(field) ? new TopicName(record.text(field)) : null;
  }
}
