package dev.arpeggio.client;

import java.util.Optional;

/**
 * What an administrator does with one partition and its subscriptions. Any node answers for the
 * owner. Thread-safe; every call waits at most the request time-out, and can be repeated.
 *
 * <p>All calls throw {@link ArpeggioException} as those of {@link Admin} do; those that name a
 * subscription with {@link Reason#INVALID_ARGUMENT} and the field {@code subscription} if there is
 * none, except where they create it.
 */
public interface PartitionAdmin {
  /** The most messages of one {@link #peek}. */
  int MAX_PEEK = 1_000;

  /**
   * Creates a subscription.
   *
   * @return false if it existed, and is as it was
   */
  boolean createSubscription(String subscription, Position from);

  /**
   * Deletes a subscription: its consumers end with {@link Reason#SUBSCRIPTION_BUSY}, what it has
   * not acknowledged is nobody's.
   */
  void deleteSubscription(String subscription);

  /**
   * Moves a subscription: everything before is acknowledged, nothing from there on. Its consumers
   * go on from there; what they hold counts for nothing any more.
   */
  void seek(String subscription, Position to);

  /** Acknowledges everything that the subscription has not, whoever has it. */
  void purge(String subscription);

  /** The same for all subscriptions. */
  void purge();

  /**
   * Looks at messages that a subscription has not acknowledged, without touching them.
   *
   * @param most 1 to {@link #MAX_PEEK}; fewer come if they are large or lie far apart
   */
  Peeked peek(String subscription, Position from, int most);

  /** Looks at messages of the log, whoever has acknowledged them. */
  Peeked peekLog(Position from, int most);

  /**
   * Moves the messages of a subscription that are with no consumer to another topic, each once.
   * Returns when all have arrived; after a time-out, what has not been moved yet may be on its way
   * still.
   *
   * @param target empty: where each came from as a dead letter
   * @throws ArpeggioException with {@link Reason#SUBSCRIPTION_BUSY} while another redrive of the
   *     subscription is under way
   */
  Redriven redrive(String subscription, Optional<String> target);

  /**
   * The same for some of them.
   *
   * @param firstOffset at least 0
   * @param count how many offsets from there on, at least 1
   */
  Redriven redrive(String subscription, long firstOffset, long count, Optional<String> target);
}
