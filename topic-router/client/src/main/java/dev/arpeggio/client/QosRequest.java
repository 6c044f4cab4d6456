package dev.arpeggio.client;

import java.time.Duration;
import java.util.Optional;

/**
 * What a consumer requests of a topic; refused with {@link Reason#QOS_MISMATCH} if the topic offers
 * less. Empty: whatever the topic offers. Immutable; start from {@link #any()}.
 *
 * @param ownership exactly this
 * @param reliability at least this
 * @param durability at least this
 * @param deadline messages of a key follow each other at least this fast
 * @param lease a producer that is gone is noticed at least this fast
 */
public record QosRequest(
    Optional<Ownership> ownership,
    Optional<Reliability> reliability,
    Optional<Durability> durability,
    Optional<Duration> deadline,
    Optional<Duration> lease) {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final QosRequest ANY =
      new QosRequest(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * @throws IllegalArgumentException if a time is not at least a millisecond and at most a day
   */
  public QosRequest {
    deadline.ifPresent(time -> requireTime("deadline", time));
    lease.ifPresent(time -> requireTime("lease", time));
  }

  static void requireTime(String what, Duration time) {
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + ": " + time + " is not in " + SHORTEST + " .. " + LONGEST);
    }
  }

  /** Requests nothing. */
  public static QosRequest any() {
    return ANY;
  }

  public QosRequest withOwnership(Ownership wanted) {
    return new QosRequest(Optional.of(wanted), reliability, durability, deadline, lease);
  }

  public QosRequest withReliability(Reliability wanted) {
    return new QosRequest(ownership, Optional.of(wanted), durability, deadline, lease);
  }

  public QosRequest withDurability(Durability wanted) {
    return new QosRequest(ownership, reliability, Optional.of(wanted), deadline, lease);
  }

  public QosRequest withDeadline(Duration wanted) {
    return new QosRequest(ownership, reliability, durability, Optional.of(wanted), lease);
  }

  public QosRequest withLease(Duration wanted) {
    return new QosRequest(ownership, reliability, durability, deadline, Optional.of(wanted));
  }
}
