package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Decides what becomes of each message. Its fate comes from the seed, the two ends and its number
 * between them, so that what happens to one message depends on no other: a schedule from which an
 * action was taken away goes on as before wherever that action did not matter. Lookups are numbered
 * by themselves, so that they do not matter to what keeps the ring together.
 */
final class Fates {
  private static final long WAYS = 2L * Schedule.MAX_NODES * Schedule.MAX_NODES;

  private final Randomness randomness;
  private final Pacing pacing;
  private final Tally tally;
  private final Map<Integer, Link> links = new LinkedHashMap<>();
  private final Map<Fault, Action.Disturb> disturbances = new EnumMap<>(Fault.class);
  private final int[] slownessMillis = new int[Schedule.MAX_NODES];

  Fates(Randomness randomness, Pacing pacing, Tally tally) {
    this.randomness = randomness;
    this.pacing = pacing;
    this.tally = tally;
  }

  void disturb(Action.Disturb disturbance) {
    disturbances.put(disturbance.fault(), disturbance);
  }

  void slow(int node, int millis) {
    slownessMillis[node] = millis;
  }

  /** Ends all disturbances. */
  void calm() {
    disturbances.clear();
    Arrays.fill(slownessMillis, 0);
  }

  /** Of the next message on this way; an answer goes by what was asked. */
  Fate of(int from, int to, RingQuery query) {
    int way = (lane(query) * Schedule.MAX_NODES + from) * Schedule.MAX_NODES + to;
    Link link = links.computeIfAbsent(way, unused -> new Link());
    long number = link.sent++;
    RandomGenerator random = randomness.of(Concern.FAULTS, number * WAYS + way);
    Fate fate = new Fate(link, number);
    fate.nanos = random.nextLong(pacing.minLatencyNanos(), pacing.maxLatencyNanos());
    int slowness = slownessMillis[from] + slownessMillis[to];
    if (slowness > 0) {
      tally.fired(Fault.SLOW);
      fate.nanos += slowness * 1_000_000L;
    }
    for (Action.Disturb disturbance : disturbances.values()) {
      if (random.nextInt(100) < disturbance.percent()) {
        hit(fate, disturbance, random);
      }
    }
    return fate;
  }

  private static int lane(RingQuery query) {
    boolean lookup =
        query instanceof RingQuery.Route
            || query instanceof RingQuery.Forward
            || query instanceof RingQuery.Found;
    return lookup ? 1 : 0;
  }

  private void hit(Fate fate, Action.Disturb disturbance, RandomGenerator random) {
    long nanos = Math.max(1, disturbance.millis() * 1_000_000L);
    switch (disturbance.fault()) {
      case DROP -> {
        tally.fired(Fault.DROP);
        fate.dropped = true;
      }
      case DELAY -> {
        tally.fired(Fault.DELAY);
        fate.nanos += random.nextLong(nanos);
      }
      case REORDER -> {
        fate.heldBack = true;
        fate.nanos += nanos;
      }
      case DUPLICATE -> {
        fate.duplicated = true;
        fate.duplicateNanos = random.nextLong(nanos);
      }
      case FALSE_FAILURE -> fate.reportedFailed = true;
      default -> throw new IllegalStateException(disturbance + " does not concern messages");
    }
  }

  private static final class Link {
    private long sent;
    private long newestArrived = -1;
  }

  /** What becomes of one message. */
  final class Fate {
    private final Link link;
    private final long number;
    private long nanos;
    private boolean dropped;
    private boolean heldBack;
    private boolean duplicated;
    private long duplicateNanos;
    private boolean reportedFailed;

    private Fate(Link link, long number) {
      this.link = link;
      this.number = number;
    }

    /** Until it arrives. */
    long nanos() {
      return nanos;
    }

    boolean dropped() {
      return dropped;
    }

    boolean duplicated() {
      return duplicated;
    }

    /** From the first to the second arrival. */
    long duplicateNanos() {
      return duplicateNanos;
    }

    /** Carried out, but its sender is told that the call failed. */
    boolean reportedFailed() {
      return reportedFailed;
    }

    /** To be told when it gets where it was sent. */
    void arrived() {
      if (heldBack && link.newestArrived > number) {
        tally.fired(Fault.REORDER);
      }
      link.newestArrived = Math.max(link.newestArrived, number);
    }
  }
}
