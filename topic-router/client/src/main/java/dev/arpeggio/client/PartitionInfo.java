package dev.arpeggio.client;

import java.util.List;
import java.util.Optional;

/**
 * The state of one partition, as its owner tells it.
 *
 * @param partition its number
 * @param owner host:port; empty where no owner answered
 * @param epoch rises with every change of owner
 * @param firstOffset the first offset that is retained
 * @param nextOffset the offset that the next message gets
 * @param retainedBytes bytes of the messages retained
 * @param subscriptions the subscriptions known to the owner
 * @param error why no owner answered
 */
public record PartitionInfo(
    int partition,
    Optional<String> owner,
    long epoch,
    long firstOffset,
    long nextOffset,
    long retainedBytes,
    List<SubscriptionInfo> subscriptions,
    Optional<String> error) {
  public PartitionInfo {
    subscriptions = List.copyOf(subscriptions);
  }
}
