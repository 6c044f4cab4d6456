package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.Handshake;
import java.time.Duration;
import java.util.List;

/**
 * How a node behaves. All members of a ring must agree on {@code ringName} and should agree on the
 * rest.
 *
 * @param ringName nodes of another ring are refused; 1 to 64 characters
 * @param successorListLength r, the number of consecutive failures of daemons that a ring survives
 *     plus one; 1 to 64
 * @param stabilizeInterval mean time between two rounds of maintenance while nothing changes
 * @param jitter share of the interval, 0 to 1, by which a round may come early or late
 * @param callTimeout after this long without an answer a call has failed
 * @param timeoutsUntilDead consecutive time-outs after which a neighbour counts as dead, at least 1
 * @param fingerInterval at most one finger is refreshed in this time, and at most one a round
 * @param seedInterval time between two probes of a seed for another ring to unite with
 * @param joinRetryMin pause after a first failed attempt to join; doubles each time
 * @param joinRetryMax bound of that pause
 * @param lookupMaxHops nodes asked in one attempt at a lookup, 1 to 1024
 * @param lookupAttempts attempts at a lookup before it fails, at least 1
 * @param stabilizeQuick mean time between two rounds right after a change of the node's
 *     neighbourhood, from which it grows to {@code stabilizeInterval}; at most that
 * @param lookupStyle who drives the embedder's lookups
 */
public record ChordConfig(
    String ringName,
    int successorListLength,
    Duration stabilizeInterval,
    double jitter,
    Duration callTimeout,
    int timeoutsUntilDead,
    Duration fingerInterval,
    Duration seedInterval,
    Duration joinRetryMin,
    Duration joinRetryMax,
    int lookupMaxHops,
    int lookupAttempts,
    Duration stabilizeQuick,
    LookupStyle lookupStyle) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ChordConfig {
    check(!ringName.isEmpty() && ringName.length() <= 64, "a ring's name has 1 to 64 characters");
    check(
        successorListLength >= 1 && successorListLength <= 64,
        "a successor list has 1 to 64 entries");
    check(jitter >= 0 && jitter < 1, "the jitter is at least 0 and below 1");
    check(timeoutsUntilDead >= 1, "a node is dead after at least 1 time-out");
    check(
        lookupMaxHops >= 1 && lookupMaxHops <= 1024 && lookupAttempts >= 1,
        "a lookup takes 1 to 1024 hops and at least 1 attempt");
    for (Duration duration :
        List.of(
            stabilizeInterval,
            callTimeout,
            fingerInterval,
            seedInterval,
            joinRetryMin,
            joinRetryMax,
            stabilizeQuick)) {
      check(!duration.isNegative() && !duration.isZero(), "times are positive");
    }
    check(
        stabilizeQuick.compareTo(stabilizeInterval) <= 0,
        "rounds after a change come no later than rounds at rest");
  }

  /**
   * Rounds at one fixed interval, and iterative lookups.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public ChordConfig(
      String ringName,
      int successorListLength,
      Duration stabilizeInterval,
      double jitter,
      Duration callTimeout,
      int timeoutsUntilDead,
      Duration fingerInterval,
      Duration seedInterval,
      Duration joinRetryMin,
      Duration joinRetryMax,
      int lookupMaxHops,
      int lookupAttempts) {
    this(
        ringName,
        successorListLength,
        stabilizeInterval,
        jitter,
        callTimeout,
        timeoutsUntilDead,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        stabilizeInterval,
        LookupStyle.ITERATIVE);
  }

  /**
   * For nodes in one process or on one machine: a dead neighbour is replaced within about 300 ms.
   */
  public static ChordConfig local() {
    return preset(
        Duration.ofMillis(15),
        Duration.ofMillis(50),
        Duration.ofMillis(75),
        Duration.ofMillis(500));
  }

  /**
   * For nodes in one data centre: a dead neighbour is replaced within 1 s, whether it refuses
   * connections or falls silent.
   */
  public static ChordConfig lan() {
    return preset(
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Duration.ofMillis(200),
        Duration.ofSeconds(2));
  }

  /** For nodes across continents: a dead neighbour is replaced within about 6 s. */
  public static ChordConfig wan() {
    return preset(
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofMillis(1500),
        Duration.ofSeconds(10));
  }

  private static ChordConfig preset(
      Duration quick, Duration stabilize, Duration timeout, Duration seeds) {
    return new ChordConfig(
        "arpeggio",
        4,
        stabilize,
        0.2,
        timeout,
        2,
        stabilize,
        seeds,
        stabilize,
        stabilize.multipliedBy(20),
        64,
        4,
        quick,
        LookupStyle.ITERATIVE);
  }

  /** The same for a ring of another name. */
  public ChordConfig withRingName(String name) {
    return new ChordConfig(
        name,
        successorListLength,
        stabilizeInterval,
        jitter,
        callTimeout,
        timeoutsUntilDead,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        stabilizeQuick,
        lookupStyle);
  }

  /** The same with successor lists of another length. */
  public ChordConfig withSuccessorListLength(int length) {
    return new ChordConfig(
        ringName,
        length,
        stabilizeInterval,
        jitter,
        callTimeout,
        timeoutsUntilDead,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        stabilizeQuick,
        lookupStyle);
  }

  /** The same with another patience towards neighbours that do not answer. */
  public ChordConfig withTimeoutsUntilDead(int timeouts) {
    return new ChordConfig(
        ringName,
        successorListLength,
        stabilizeInterval,
        jitter,
        callTimeout,
        timeouts,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        stabilizeQuick,
        lookupStyle);
  }

  /** The same with other intervals between rounds: right after a change, and at rest. */
  public ChordConfig withStabilizeIntervals(Duration quick, Duration rest) {
    return new ChordConfig(
        ringName,
        successorListLength,
        rest,
        jitter,
        callTimeout,
        timeoutsUntilDead,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        quick,
        lookupStyle);
  }

  /** The same with lookups of another style. */
  public ChordConfig withLookupStyle(LookupStyle style) {
    return new ChordConfig(
        ringName,
        successorListLength,
        stabilizeInterval,
        jitter,
        callTimeout,
        timeoutsUntilDead,
        fingerInterval,
        seedInterval,
        joinRetryMin,
        joinRetryMax,
        lookupMaxHops,
        lookupAttempts,
        stabilizeQuick,
        style);
  }

  /** What members of this ring say of themselves in every call. */
  public Handshake handshake(IdSpace space) {
    return new Handshake(ringName, space.bits(), Handshake.CURRENT_VERSION);
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
