package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A large ring that a partition has made two rings of becomes one again. */
final class RingMergeTest {
  private static final Duration PARTED = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Test
  void sixtyFourNodesPartedIntoHalvesAreOneRingAgainSoonAfter() {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedRing ring = SimulatedRing.ring(64, Settings.lan(seed)).settle();
      int[] left = IntStream.range(0, 32).toArray();
      int[] right = IntStream.range(32, 64).toArray();
      ring.partition(left).runFor(PARTED);
      assertTrue(ring.isIdealAmong(left), "seed " + seed);
      assertTrue(ring.isIdealAmong(right), "seed " + seed);
      Duration healed = ring.heal().elapsed();
      ring.settleWithin(BOUND);
      Duration took = ring.elapsed().minus(healed);
      assertTrue(took.compareTo(BOUND) <= 0, "seed " + seed + " took " + took);
    }
  }
}
