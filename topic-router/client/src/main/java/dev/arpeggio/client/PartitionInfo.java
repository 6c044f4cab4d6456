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
 * @param publishing who publishes, as far as the topic looks at that
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
    Publishing publishing,
    Optional<String> error) {
  public PartitionInfo {
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * Producers and their keys; all 0 unless the topic's ownership is exclusive or it promises a
   * deadline.
   *
   * @param publishers producers that count as alive
   * @param keys keys that are known, and within their deadline
   * @param notHeard messages dropped since the owner took over, as a stronger producer has their
   *     keys
   * @param missedDeadlines how often a key was silent for longer than promised, since then
   */
  public record Publishing(int publishers, int keys, long notHeard, long missedDeadlines) {}
}
