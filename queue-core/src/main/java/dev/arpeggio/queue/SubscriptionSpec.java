package dev.arpeggio.queue;

import org.jspecify.annotations.Nullable;

/**
 * The subscription that a consumer wants to attach to.
 *
 * @param name follows the rule for topic names
 * @param kind the kind that it has to be, and that it becomes if it does not exist; null: whatever
 *     it is, and {@link SubscriptionKind#SHARED} if it does not exist
 * @param requested what the consumer requests of the topic
 */
public record SubscriptionSpec(String name, @Nullable SubscriptionKind kind, QosRequest requested) {
  /** A subscription of a topic of which nothing is requested. */
  public SubscriptionSpec(String name, @Nullable SubscriptionKind kind) {
    this(name, kind, QosRequest.ANY);
  }

  /** A subscription of whatever kind. */
  public static SubscriptionSpec named(String name) {
    return new SubscriptionSpec(name, null);
  }

  /**
   * The kind of a subscription that this creates.
   *
   * @param otherwise if this does not say it
   */
  SubscriptionKind kindOr(SubscriptionKind otherwise) {
    return kind == null ? otherwise : kind;
  }
}
