package dev.arpeggio.queue;

import org.jspecify.annotations.Nullable;

/** What a topic's configuration may not be, beyond what each field of it may not be. */
final class TopicRules {
  private TopicRules() {}

  /**
   * A topic that moves messages to itself would move them again and again.
   *
   * @throws QueueException INVALID_ARGUMENT
   */
  static void check(TopicName topic, TopicConfig config) throws QueueException {
    checkOther(topic, "dead_letters", config.redelivery().deadLetters());
    checkOther(topic, "move_expired_to", config.expiry().movedTo());
  }

  private static void checkOther(TopicName topic, String field, @Nullable TopicName target)
      throws QueueException {
    if (topic.equals(target)) {
      throw QueueException.invalidArgument(field, "is the topic itself; name another one");
    }
  }

  /**
   * @throws QueueException INVALID_ARGUMENT
   */
  static void checkChange(TopicName topic, TopicConfig from, TopicConfig to) throws QueueException {
    check(topic, to);
    checkPartitions(from, to);
    checkFixed(
        "ownership",
        from.qos().ownership(),
        to.qos().ownership(),
        "what publishers were told about which of their messages were heard would be lost");
    checkFixed(
        "durability",
        from.qos().durability(),
        to.qos().durability(),
        "subscriptions would lose what they were promised");
  }

  private static void checkPartitions(TopicConfig from, TopicConfig to) throws QueueException {
    if (to.partitions() == from.partitions()) {
      return;
    }
    if (to.partitions() < from.partitions()) {
      throw mayNotChange(
          "partitions",
          from.partitions(),
          to.partitions(),
          "what is in the last ones would be lost",
          "create another topic and redrive to it");
    }
    if (from.retention().lastPerKey() > 0 || to.retention().lastPerKey() > 0) {
      throw mayNotChange(
          "partitions",
          from.partitions(),
          to.partitions(),
          "a key that goes to another partition would leave its last messages behind for ever, as"
              + " keep_last_per_key is not 0",
          "set that to 0 before");
    }
    if (from.qos().ownership() == Qos.Ownership.EXCLUSIVE) {
      throw mayNotChange(
          "partitions",
          from.partitions(),
          to.partitions(),
          "who is heard for a key is known in its partition only, and publishers are EXCLUSIVE",
          "create another topic and redrive to it");
    }
  }

  private static void checkFixed(String field, Enum<?> from, Enum<?> to, String why)
      throws QueueException {
    if (from != to) {
      throw mayNotChange(field, from, to, why, "create another topic and redrive to it");
    }
  }

  private static QueueException mayNotChange(
      String field, Object from, Object to, String why, String instead) {
    return QueueException.invalidArgument(
        field, "cannot be changed (from " + from + " to " + to + "): " + why + "; " + instead);
  }
}
