package dev.arpeggio.queue;

import java.time.Duration;

/**
 * The bounds and times of a partition.
 *
 * @param maxPendingBytes bytes accepted and not yet committed; more is refused
 * @param memoryBytes bodies of committed messages held in memory; older or further ones are read
 *     back when due
 * @param maxCommitsInFlight commits sent and not yet answered
 * @param commitTargetBytes while a commit is in flight, the next one waits for that many bytes
 * @param writeDeadline how long a write may wait for the store before it fails
 * @param trimDelay how long acknowledged segments may wait to be deleted together
 * @param ownershipCheckInterval how often an owner that writes nothing looks whether it is still
 *     the owner
 * @param releaseTimeout longest time for a graceful handover
 * @param subscriptionExpiry a subscription to which nobody was attached for so long, in the time of
 *     one owner, is deleted; zero: never
 */
public record PartitionOptions(
    long maxPendingBytes,
    long memoryBytes,
    int maxCommitsInFlight,
    int commitTargetBytes,
    Duration writeDeadline,
    Duration trimDelay,
    Duration ownershipCheckInterval,
    Duration releaseTimeout,
    Duration subscriptionExpiry) {
  public PartitionOptions {
    if (maxPendingBytes < 1 || memoryBytes < 0 || maxCommitsInFlight < 1 || commitTargetBytes < 1) {
      throw new IllegalArgumentException("a bound of a partition must be positive");
    }
  }

  public static PartitionOptions defaults() {
    return new PartitionOptions(
        16L << 20,
        256L << 20,
        8,
        256 << 10,
        Duration.ofSeconds(15),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ZERO);
  }
}
