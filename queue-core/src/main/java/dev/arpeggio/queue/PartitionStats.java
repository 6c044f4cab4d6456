package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A partition at one moment.
 *
 * @param firstOffset offsets {@code firstOffset} to {@code nextOffset - 1} are retained, but for
 *     those that compactions took out
 * @param retainedMessages how many messages that are
 * @param retainedBytes stored bytes of these, headers included
 * @param residentBytes bytes of memory that hold some of these
 * @param delayed messages that are not due yet, acknowledged ones included
 * @param dropped messages deleted at this node before every subscription had acknowledged them, as
 *     the topic's configuration says
 * @param untracked messages that came when no more keys could be tracked, and that are treated as
 *     if they had none; 0 unless the topic keeps the last messages of each key
 * @param publishing who publishes, in a topic that looks at that
 * @param subscriptions sorted by name
 */
public record PartitionStats(
    Epoch epoch,
    long firstOffset,
    long nextOffset,
    long retainedMessages,
    long retainedBytes,
    long residentBytes,
    long delayed,
    long dropped,
    long untracked,
    PublishingStats publishing,
    List<SubscriptionStats> subscriptions) {
  public PartitionStats {
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * Publishers and their keys; all zero unless the topic is exclusive or promises a deadline.
   *
   * @param publishers those that count as alive, in an exclusive topic
   * @param keys those that are known, and within the deadline if there is one
   * @param notHeard messages that were dropped since this owner took over, as another publisher has
   *     their keys
   * @param missedDeadlines how often a key was silent for longer than promised, since then
   */
  public record PublishingStats(int publishers, int keys, long notHeard, long missedDeadlines) {
    static final PublishingStats NONE = new PublishingStats(0, 0, 0, 0);
  }

  /**
   * A subscription at one moment.
   *
   * @param floor every message below is acknowledged
   * @param backlog messages not acknowledged, leased ones included
   * @param leased messages that are with a consumer
   * @param expired messages that expired under this owner
   * @param consumers consumers attached
   * @param waiting messages that came back, and wait for their time
   * @param redelivered messages that came back since this owner took over
   * @param moves messages on their way to other topics, which are not part of the backlog
   * @param headAge since when the oldest message that is not acknowledged is stored; empty: there
   *     is none, or it was not read yet
   */
  public record SubscriptionStats(
      String name,
      SubscriptionKind kind,
      long floor,
      long backlog,
      long leased,
      long expired,
      int consumers,
      long waiting,
      long redelivered,
      MoveStats moves,
      Optional<Duration> headAge) {}

  /**
   * Messages of a subscription that go to other topics: dead letters, expired and redriven ones.
   *
   * @param underWay not confirmed by their topic yet
   * @param moved confirmed since this owner took over
   * @param stuck whether a topic did not take what it was last asked to take
   */
  public record MoveStats(long underWay, long moved, boolean stuck) {}
}
