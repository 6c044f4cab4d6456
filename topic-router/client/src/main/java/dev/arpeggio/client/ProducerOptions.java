package dev.arpeggio.client;

import java.time.Duration;
import java.util.Optional;

/**
 * What a producer offers the topic; refused with {@link Reason#QOS_MISMATCH} if that is less than
 * the topic demands. Immutable; start from {@link #defaults()}.
 *
 * @param reliability whether its messages may be dropped ({@link Reliability#RELIABLE})
 * @param ownership how it wants to be heard; empty: as the topic has it (empty)
 * @param strength among the producers of a topic whose ownership is exclusive (0)
 * @param deadline how fast it lets messages of a key follow each other; empty: as the topic demands
 *     (empty)
 * @param lease how long it counts as alive when it gives no sign; empty: as the topic has it
 *     (empty)
 */
public record ProducerOptions(
    Reliability reliability,
    Optional<Ownership> ownership,
    int strength,
    Optional<Duration> deadline,
    Optional<Duration> lease) {
  private static final ProducerOptions DEFAULTS =
      new ProducerOptions(
          Reliability.RELIABLE, Optional.empty(), 0, Optional.empty(), Optional.empty());

  /**
   * @throws IllegalArgumentException if the strength is negative, or a time is not at least a
   *     millisecond and at most a day
   */
  public ProducerOptions {
    requireStrength(strength);
    deadline.ifPresent(time -> QosRequest.requireTime("deadline", time));
    lease.ifPresent(time -> QosRequest.requireTime("lease", time));
  }

  static void requireStrength(int strength) {
    if (strength < 0) {
      throw new IllegalArgumentException("strength is negative: " + strength);
    }
  }

  public static ProducerOptions defaults() {
    return DEFAULTS;
  }

  public ProducerOptions withReliability(Reliability offered) {
    return new ProducerOptions(offered, ownership, strength, deadline, lease);
  }

  public ProducerOptions withOwnership(Ownership offered) {
    return new ProducerOptions(reliability, Optional.of(offered), strength, deadline, lease);
  }

  public ProducerOptions withStrength(int offered) {
    return new ProducerOptions(reliability, ownership, offered, deadline, lease);
  }

  public ProducerOptions withDeadline(Duration offered) {
    return new ProducerOptions(reliability, ownership, strength, Optional.of(offered), lease);
  }

  public ProducerOptions withLease(Duration offered) {
    return new ProducerOptions(reliability, ownership, strength, deadline, Optional.of(offered));
  }

  boolean isBestEffort() {
    return reliability == Reliability.BEST_EFFORT;
  }
}
