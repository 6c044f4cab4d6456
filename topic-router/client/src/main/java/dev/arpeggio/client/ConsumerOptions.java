package dev.arpeggio.client;

import java.util.Optional;

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
 *     whatever it is, and {@link SubscriptionKind#SHARED} if it does not exist (empty)
 */
public record ConsumerOptions(String subscription, int credit, Optional<SubscriptionKind> kind) {
  /** The most that {@link #credit} may be. */
  public static final int MAX_CREDIT = 100_000;

  private static final ConsumerOptions DEFAULTS =
      new ConsumerOptions("default", 1_000, Optional.empty());

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
    return new ConsumerOptions(name, credit, kind);
  }

  public ConsumerOptions withCredit(int messages) {
    return new ConsumerOptions(subscription, messages, kind);
  }

  public ConsumerOptions withKind(SubscriptionKind wanted) {
    return new ConsumerOptions(subscription, credit, Optional.of(wanted));
  }
}
