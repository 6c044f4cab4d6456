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
    if (to.partitions() != from.partitions()) {
      throw QueueException.invalidArgument(
          "partitions",
          "cannot be changed (from "
              + from.partitions()
              + " to "
              + to.partitions()
              + "): keys would go to other partitions than their earlier messages, and lose their"
              + " order; create another topic and redrive to it");
    }
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

  private static void checkFixed(String field, Enum<?> from, Enum<?> to, String why)
      throws QueueException {
    if (from != to) {
      throw QueueException.invalidArgument(
          field,
          "cannot be changed (from "
              + from
              + " to "
              + to
              + "): "
              + why
              + "; create another topic and redrive to it");
    }
  }
}
