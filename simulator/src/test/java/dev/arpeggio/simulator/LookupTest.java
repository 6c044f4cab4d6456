package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.RingId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That lookups find the one owner, quickly, and around the dead. */
final class LookupTest {
  @Test
  void everyNodeFindsTheOwnerOfEveryKey() throws LookupException {
    for (int size : new int[] {1, 2, 3, 5, 8, 32}) {
      SimulatedRing ring = SimulatedRing.ring(size, Settings.lan(size)).settle();
      for (int i = 0; i < 200; i++) {
        RingId key = key(i);
        LookupResult result = ring.lookup(i % size, key);
        assertEquals(ring.view(ring.owners(key).get(0)).self(), result.owner());
      }
    }
  }

  @Test
  void aNodeIsTheOwnerOfItsOwnIdentifier() throws LookupException {
    SimulatedRing ring = SimulatedRing.ring(9, Settings.lan(2)).settle();
    for (int asker = 0; asker < 9; asker++) {
      for (int number = 0; number < 9; number++) {
        assertEquals(
            ring.view(number).self(), ring.lookup(asker, ring.view(number).self().id()).owner());
      }
    }
  }

  @Test
  void fingersMakePathsLogarithmic() throws LookupException {
    SimulatedRing ring =
        SimulatedRing.ring(128, Settings.lan(1)).settle().runFor(Duration.ofSeconds(30));
    double hops = 0;
    for (int i = 0; i < 300; i++) {
      LookupResult result = ring.lookup(i % 128, key(i));
      assertTrue(result.hops() <= 7, () -> "a path of " + result.hops());
      hops += result.hops();
    }
    // Half of log2 128, and some less because successor lists route too.
    assertTrue(hops / 300 < 3.6, "a mean path of " + hops / 300);
  }

  @Test
  void thePredecessorItselfAnswersWithoutAHop() throws LookupException {
    SimulatedRing ring = SimulatedRing.ring(6, Settings.lan(4)).settle();
    RingId successor = ring.view(0).successors().get(0).id();
    assertEquals(0, ring.lookup(0, successor).hops());
  }

  @Test
  void rightAfterACrashALookupFindsTheHeir() throws LookupException {
    for (long seed = 1; seed <= 40; seed++) {
      SimulatedRing ring =
          SimulatedRing.ring(10, Settings.lan(seed)).settle().runFor(Duration.ofSeconds(5));
      int victim = (int) (seed % 9) + 1;
      RingId key = ring.view(victim).self().id();
      var heir = ring.view(victim).successors().get(0);
      if (seed % 2 == 0) {
        ring.crash(victim);
      } else {
        ring.vanish(victim);
      }
      assertEquals(heir, ring.lookup(0, key).owner(), "seed " + seed);
    }
  }

  @Test
  void aJoiningNodeSaysSo() {
    SimulatedRing ring = SimulatedRing.ring(1, Settings.lan(1));
    ring.crash(0);
    int late = ring.join(0);
    ring.runFor(Duration.ofSeconds(1));
    LookupException failure = assertThrows(LookupException.class, () -> ring.lookup(late, key(1)));
    assertEquals(LookupException.Reason.NOT_JOINED, failure.reason());
    assertTrue(failure.isRetryable());
  }

  @Test
  void aNodeThatLeftSaysSo() {
    SimulatedRing ring = SimulatedRing.ring(3, Settings.lan(1)).settle();
    ring.leave(1).runFor(Duration.ofSeconds(1));
    LookupException failure = assertThrows(LookupException.class, () -> ring.lookup(1, key(1)));
    assertEquals(LookupException.Reason.STOPPED, failure.reason());
  }

  private static RingId key(int number) {
    return IdSpace.DEFAULT.hash("key " + number);
  }
}
