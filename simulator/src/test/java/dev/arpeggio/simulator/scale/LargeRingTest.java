package dev.arpeggio.simulator.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** That a ring built at once is one that lives on, and that two threads do not make two runs. */
final class LargeRingTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aRingBuiltAtOnceStaysIdealAndAnswersRight() {
    try (LargeRing ring = new LargeRing(500, 3, LargeRing.ARCS)) {
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
    try (LargeRing ring = new LargeRing(2, 1, LargeRing.ARCS)) {
      ring.runFor(MINUTE);
      assertEquals(List.of(), ring.problems());
      assertTrue(ring.lookups().stream().allMatch(lookups -> lookups.wrong() == 0));
    }
  }

  @RepeatedTest(20)
  void theSameSeedMakesTheSameRunWithOneThreadAndWithTwo() {
    assertEquals(fingerprint(1, 1), fingerprint(1, LargeRing.ARCS));
  }

  @Test
  void anotherSeedMakesAnotherRun() {
    assertNotEquals(fingerprint(1, 1), fingerprint(2, 1));
  }

  /** What is not there would be the same in every run. */
  @Test
  void aFingerprintKnowsTheTimesTheOrderAndTheAnswers() {
    long usual = of(List.of(5L, 5L, 7L), 1);
    assertEquals(usual, of(List.of(5L, 5L, 7L), 1));
    assertNotEquals(usual, of(List.of(5L, 6L, 7L), 1));
    assertNotEquals(usual, of(List.of(5L, 7L, 5L), 1));
    assertNotEquals(usual, of(List.of(5L, 5L), 1));
    assertNotEquals(usual, of(List.of(5L, 5L, 7L), 2));
  }

  private static long of(List<Long> times, long answer) {
    BucketQueue queue = new BucketQueue();
    for (long nanos : times) {
      queue.add(
          nanos,
          new Event() {
            @Override
            void run() {
              queue.fingerprint().add(answer);
            }
          });
    }
    queue.runUntil(10);
    return queue.fingerprint().value();
  }

  private static long fingerprint(long seed, int threads) {
    try (LargeRing ring = new LargeRing(200, seed, threads)) {
      ring.runFor(Duration.ofSeconds(20));
      return ring.fingerprint();
    }
  }

  private static long made(LargeRing ring) {
    return ring.lookups().stream().mapToLong(Arc.Lookups::made).sum();
  }
}
