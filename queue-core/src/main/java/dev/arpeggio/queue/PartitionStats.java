package dev.arpeggio.queue;

import java.util.List;

/**
 * A partition at one moment.
 *
 * @param firstOffset offsets {@code firstOffset} to {@code nextOffset - 1} are retained
 * @param retainedBytes stored bytes of these, headers included
 * @param residentBytes how many of these are held in memory
 * @param delayed messages that are not due yet, acknowledged ones included
 * @param subscriptions sorted by name
 */
public record PartitionStats(
    Epoch epoch,
    long firstOffset,
    long nextOffset,
    long retainedBytes,
    long residentBytes,
    long delayed,
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
   * @param expired messages that expired under this owner
   * @param consumers consumers attached
   */
  public record SubscriptionStats(
      String name,
      SubscriptionKind kind,
      long floor,
      long backlog,
      long leased,
      long expired,
      int consumers) {}
}
