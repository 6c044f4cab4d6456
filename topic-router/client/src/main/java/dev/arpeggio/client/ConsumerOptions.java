package dev.arpeggio.client;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a consumer behaves. Immutable; start from {@link #defaults()}.
 *
 * @param subscription the durable position that the consumer shares with others of that name
 *     ("default")
 * @param credit most messages that the consumer holds at a time: fetched, and not yet acknowledged
 *     or released (1,000). Shared out evenly over the partitions of all its topics, with at least
 *     one each. When topics join, or after a change of owner, it may be up to twice as many for a
 *     while. Messages are in memory, so credit times their size is what a consumer may use
 * @param kind the kind that the subscription has to be, and becomes if it does not exist; empty:
 *     whatever it is, and what the topic has for new ones if it does not exist (empty)
 * @param qos what is requested of the topic ({@link QosRequest#any()})
 * @param onMissedDeadline is told of keys that are silent for longer than the topic promises, on an
 *     internal thread: keep it short (empty)
 */
public record ConsumerOptions(
    String subscription,
    int credit,
    Optional<SubscriptionKind> kind,
    QosRequest qos,
    Optional<Consumer<MissedDeadline>> onMissedDeadline) {
  /** The most that {@link #credit} may be. */
  public static final int MAX_CREDIT = 100_000;

  private static final ConsumerOptions DEFAULTS =
      new ConsumerOptions("default", 1_000, Optional.empty(), QosRequest.any(), Optional.empty());

  /**
   * @throws IllegalArgumentException if the subscription is empty or the credit is not in 1 ..
   *     {@link #MAX_CREDIT}
   */
  public ConsumerOptions {
    if (subscription.isEmpty()) {
      throw new IllegalArgumentException("subscription is empty");
    }
    if (credit < 1 || credit > MAX_CREDIT) {
      throw new IllegalArgumentException("credit is not in 1 .. " + MAX_CREDIT + ": " + credit);
    }
  }

  public static ConsumerOptions defaults() {
    return DEFAULTS;
  }

  public ConsumerOptions withSubscription(String name) {
    return new ConsumerOptions(name, credit, kind, qos, onMissedDeadline);
  }

  public ConsumerOptions withCredit(int messages) {
    return new ConsumerOptions(subscription, messages, kind, qos, onMissedDeadline);
  }

  public ConsumerOptions withKind(SubscriptionKind wanted) {
    return new ConsumerOptions(subscription, credit, Optional.of(wanted), qos, onMissedDeadline);
  }

  public ConsumerOptions withQos(QosRequest wanted) {
    return new ConsumerOptions(subscription, credit, kind, wanted, onMissedDeadline);
  }

  public ConsumerOptions withOnMissedDeadline(Consumer<MissedDeadline> listener) {
    return new ConsumerOptions(subscription, credit, kind, qos, Optional.of(listener));
  }
}
