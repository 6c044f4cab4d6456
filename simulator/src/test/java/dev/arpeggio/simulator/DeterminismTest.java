package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That a seed decides everything. */
final class DeterminismTest {
  @Test
  void twoRunsOfOneSeedAreTheSameEventByEvent() {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing one = eventful(seed);
      SimulatedRing two = eventful(seed);
      assertEquals(one.fingerprint(), two.fingerprint(), "seed " + seed);
      assertEquals(one.events(), two.events(), "seed " + seed);
      assertEquals(one.elapsed(), two.elapsed(), "seed " + seed);
    }
  }

  @Test
  void differentSeedsAreDifferentRuns() {
    Set<Long> fingerprints = new HashSet<>();
    for (long seed = 1; seed <= 20; seed++) {
      fingerprints.add(SimulatedRing.ring(16, Settings.lan(seed)).settle().fingerprint());
    }
    assertEquals(20, fingerprints.size());
  }

  @Test
  void aSixtyFourNodeRingRepeatsExactly() {
    long first = SimulatedRing.ring(64, Settings.lan(9)).settle().fingerprint();
    long second = SimulatedRing.ring(64, Settings.lan(9)).settle().fingerprint();
    assertEquals(first, second);
  }

  @Test
  void everyPartOfAnEventCounts() {
    long reference = fingerprint(1, EventKind.TASK, 2, 3);
    assertEquals(reference, fingerprint(1, EventKind.TASK, 2, 3));
    assertNotEquals(reference, fingerprint(9, EventKind.TASK, 2, 3));
    assertNotEquals(reference, fingerprint(1, EventKind.TIMER, 2, 3));
    assertNotEquals(reference, fingerprint(1, EventKind.TASK, 9, 3));
    assertNotEquals(reference, fingerprint(1, EventKind.TASK, 2, 9));
  }

  private static long fingerprint(long delayNanos, EventKind kind, int node, long payload) {
    VirtualTime time = new VirtualTime();
    time.schedule(delayNanos, kind, node, payload, () -> {});
    time.runUntil(10);
    return time.fingerprint();
  }

  private static SimulatedRing eventful(long seed) {
    SimulatedRing ring = SimulatedRing.ring(12, Settings.lan(seed)).settle();
    ring.crash(3).vanish(4).leave(5).restart(6, 0);
    ring.partition(0, 1, 2).runFor(Duration.ofSeconds(5));
    return ring.heal().settle();
  }
}
