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
      assertTrue(areIdealHalves(ring), "seed " + seed);
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
    assertTrue(areIdealHalves(parted(seed)));
  }

  private static SimulatedRing parted(long seed) {
    return whole(seed).partition(LEFT).runFor(PARTED);
  }

  private static SimulatedRing whole(long seed) {
    return SimulatedRing.ring(64, Settings.lan(seed)).settle();
  }

  /** How long after the end of a partition the ring is one again. */
  private static Duration reunion(SimulatedRing ring) {
    Duration healed = ring.heal().elapsed();
    return ring.settleWithin(BOUND).elapsed().minus(healed);
  }

  /** Prints the figures in docs/decisions/0013 and 0102, seeds 1 to 40; takes the last seed. */
  public static void main(String[] args) {
    for (long seed = 1; seed <= Long.parseLong(args[0]); seed++) {
      SimulatedRing ring = whole(seed).partition(LEFT);
      long halvesMillis = -1;
      for (long millis = 0; millis < PARTED.toMillis(); millis += 100) {
        if (halvesMillis < 0 && areIdealHalves(ring)) {
          halvesMillis = millis;
        }
        ring.runFor(Duration.ofMillis(100));
      }
      String halves = areIdealHalves(ring) ? "two rings, " + halvesMillis + " ms" : "more rings";
      System.out.println(
          "seed " + seed + ": " + halves + "; one, " + reunion(ring).toMillis() + " ms");
    }
  }

  private static boolean areIdealHalves(SimulatedRing ring) {
    return ring.isIdealAmong(LEFT) && ring.isIdealAmong(RIGHT);
  }
}
