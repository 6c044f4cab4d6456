package dev.arpeggio.queue;

import java.util.List;

/**
 * A partition at one moment.
 *
 * @param firstOffset offsets {@code firstOffset} to {@code nextOffset - 1} are retained, but for
 *     those that compactions took out
 * @param retainedMessages how many messages that are
 * @param retainedBytes stored bytes of these, headers included
 * @param residentBytes bytes of memory that hold some of these
 * @param dropped messages deleted at this node before every subscription had acknowledged them, as
 *     the topic's configuration says
 * @param untracked messages that came when no more keys could be tracked, and that are treated as
 *     if they had none; 0 unless the topic keeps the last messages of each key
 * @param subscriptions sorted by name
 */
public record PartitionStats(
    Epoch epoch,
    long firstOffset,
    long nextOffset,
    long retainedMessages,
    long retainedBytes,
    long residentBytes,
    long dropped,
    long untracked,
    List<SubscriptionStats> subscriptions) {
  public PartitionStats {
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * A subscription at one moment.
   *
   * @param floor every message below is acknowledged
   * @param backlog messages not acknowledged, leased ones included
   * @param leased messages that are with a consumer
   * @param consumers consumers attached
   */
  public record SubscriptionStats(
      String name, long floor, long backlog, long leased, int consumers) {}
}
