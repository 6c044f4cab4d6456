package dev.arpeggio.simulator.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That a ring built at once is one that lives on, and that two threads do not make two runs. */
final class LargeRingTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aRingBuiltAtOnceStaysIdealAndAnswersRight() {
    try (LargeRing ring = new LargeRing(500, 3)) {
      assertEquals(List.of(), ring.problems());
      ring.runFor(MINUTE);
      assertEquals(List.of(), ring.problems());
      assertTrue(made(ring) > 59_000, () -> made(ring) + " lookups");
      for (Arc.Lookups lookups : ring.lookups()) {
        assertEquals(0, lookups.wrong());
        assertEquals(0, lookups.failed());
        // Half of log2 500, and a little less because successor lists route too.
        double path = (double) lookups.hops() / lookups.made();
        assertTrue(path > 3.2 && path < 4.5, () -> "a mean path of " + path);
      }
    }
  }

  @Test
  void theSmallestRingWorks() {
    try (LargeRing ring = new LargeRing(2, 1)) {
      ring.runFor(MINUTE);
      assertEquals(List.of(), ring.problems());
      assertTrue(ring.lookups().stream().allMatch(lookups -> lookups.wrong() == 0));
    }
  }

  @Test
  void theSameSeedMakesTheSameRun() {
    assertEquals(run(1), run(1));
    assertNotEquals(run(1), run(2));
  }

  private static List<Long> run(long seed) {
    try (LargeRing ring = new LargeRing(200, seed)) {
      ring.runFor(MINUTE);
      return List.of(
          ring.events(), ring.lookups().stream().mapToLong(Arc.Lookups::hops).sum(), made(ring));
    }
  }

  private static long made(LargeRing ring) {
    return ring.lookups().stream().mapToLong(Arc.Lookups::made).sum();
  }
}
