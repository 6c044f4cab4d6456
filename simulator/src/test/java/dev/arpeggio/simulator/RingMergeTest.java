package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large ring that a partition has made two rings of becomes one again. */
final class RingMergeTest {
  private static final Duration PARTED = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static final int[] LEFT = IntStream.range(0, 32).toArray();
  private static final int[] RIGHT = IntStream.range(32, 64).toArray();

  @Test
  void sixtyFourNodesPartedIntoHalvesAreOneRingAgainSoonAfter() {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedRing ring = parted(seed);
      assertTrue(ring.isIdealAmong(LEFT), "seed " + seed);
      assertTrue(ring.isIdealAmong(RIGHT), "seed " + seed);
      Duration took = reunion(ring);
      assertTrue(took.compareTo(BOUND) <= 0, "seed " + seed + " took " + took);
    }
  }

  /**
   * In these seeds a few nodes lie between two gaps of r nodes each that are on the other side: all
   * whom they know besides themselves and the other side are fingers.
   */
  @ParameterizedTest
  @ValueSource(longs = {258, 456, 677, 805, 1528, 1870})
  void aHalfWithGapsIsOneRingWhileThePartitionLasts(long seed) {
    SimulatedRing ring = parted(seed);
    assertTrue(ring.isIdealAmong(LEFT));
    assertTrue(ring.isIdealAmong(RIGHT));
  }

  private static SimulatedRing parted(long seed) {
    return SimulatedRing.ring(64, Settings.lan(seed)).settle().partition(LEFT).runFor(PARTED);
  }

  /** How long after the end of a partition the ring is one again. */
  private static Duration reunion(SimulatedRing ring) {
    Duration healed = ring.heal().elapsed();
    return ring.settleWithin(BOUND).elapsed().minus(healed);
  }

  /** Prints the figures in docs/decisions/0013. */
  public static void main(String[] args) {
    for (long seed = 1; seed <= 40; seed++) {
      SimulatedRing ring = parted(seed);
      boolean halves = ring.isIdealAmong(LEFT) && ring.isIdealAmong(RIGHT);
      System.out.println(
          "seed " + seed + (halves ? ": two" : ": more than two") + " rings, " + reunion(ring));
    }
  }
}
