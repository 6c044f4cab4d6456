package dev.arpeggio.node.cli;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.PeekedMessage;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.client.TopicSettings;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The topic that holds a topic's dead letters, and the subscription in which whoever deals with
 * them is: what that one has not acknowledged is still to be dealt with.
 */
final class DeadLetters {
  static final String SUBSCRIPTION = "default";

  private static final String SUFFIX = ".dead";
  private static final String HEADER = "arpeggio-dead-";

  private final TopicDescription topic;

  private DeadLetters(TopicDescription topic) {
    this.topic = topic;
  }

  /**
   * Those of a topic, which may itself be gone.
   *
   * @throws Failure if it never had any
   */
  static DeadLetters of(Arpeggio arpeggio, String topic) {
    String name = topic + SUFFIX;
    try {
      name = nameFor(topic, arpeggio.admin().describeTopic(topic).settings());
    } catch (ArpeggioException e) {
      if (e.reason() != Reason.TOPIC_NOT_FOUND) {
        throw e;
      }
    }
    try {
      return in(arpeggio.admin(), name);
    } catch (ArpeggioException e) {
      if (e.reason() != Reason.TOPIC_NOT_FOUND) {
        throw e;
      }
      throw new Failure(
          ExitCode.NOT_FOUND,
          "topic " + topic + " has no dead letters (there is no topic " + name + ")",
          "see which topics have some with: arpeggio dlq list",
          e);
    }
  }

  static String nameFor(String topic, TopicSettings settings) {
    return settings.redelivery().deadLetters().orElse(topic + SUFFIX);
  }

  /**
   * Those that a topic holds.
   *
   * @throws Failure if a partition does not answer, and so would look empty
   */
  static DeadLetters in(Admin admin, String name) {
    TopicDescription topic = admin.describeTopic(name);
    for (PartitionInfo partition : topic.partitions()) {
      partition
          .error()
          .ifPresent(
              error -> {
                throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "partition " + partition.partition() + " of topic " + name + ": " + error,
                    "try again in a moment; arpeggio ring show tells how the nodes are");
              });
    }
    return new DeadLetters(topic);
  }

  TopicDescription topic() {
    return topic;
  }

  /** How many are still to be dealt with, in some of the partitions. */
  long count(Collection<Integer> partitions) {
    return partitions.stream().mapToLong(number -> count(topic.partitions().get(number))).sum();
  }

  private static long count(PartitionInfo partition) {
    return subscription(partition)
        .map(SubscriptionInfo::backlog)
        .orElse(partition.nextOffset() - partition.firstOffset());
  }

  private static Optional<SubscriptionInfo> subscription(PartitionInfo partition) {
    return partition.subscriptions().stream()
        .filter(one -> one.subscription().equals(SUBSCRIPTION))
        .findFirst();
  }

  /** So that they can be redriven and purged; nothing happens to them. */
  static void subscribe(PartitionAdmin partition) {
    partition.createSubscription(SUBSCRIPTION, Position.earliest());
  }

  /** Looks at those that are still to be dealt with. */
  Iterator<PeekedMessage> look(Arpeggio arpeggio, Collection<Integer> partitions, long most) {
    List<PeekedMessages.Look> looks =
        partitions.stream()
            .map(
                number ->
                    PeekedMessages.Look.at(
                        arpeggio.admin().partition(topic.topic(), number),
                        subscription(topic.partitions().get(number))
                            .map(SubscriptionInfo::subscription)))
            .toList();
    return new PeekedMessages(looks, Position.earliest(), most);
  }

  /** What a dead letter says of itself, such as its reason; "unknown" if it does not. */
  static String said(ReceivedMessage letter, String what) {
    return letter
        .message()
        .header(HEADER + what)
        .map(header -> printable(header.text()))
        .orElse("unknown");
  }

  /** Text on one line; a terminal must not be told what to do by a message. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cc}+", " ").strip();
  }
}
