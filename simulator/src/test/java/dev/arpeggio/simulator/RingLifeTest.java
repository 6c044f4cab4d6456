package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingView;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What happens to rings, small and large, and that they become ideal again. Every statement is
 * tried with several seeds.
 */
final class RingLifeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 20})
  void ringsOfEverySizeForm(int size) {
    for (long seed = 1; seed <= 30; seed++) {
      assertTrue(ring(size, seed).settle().isIdeal());
    }
  }

  @Test
  void sixtyFourNodesThatJoinThroughOneSeedAtOnceFormARing() {
    assertTrue(ring(64, 1).settle().isIdeal());
  }

  @Test
  void nodesThatJoinOneAfterTheOtherThroughAnyMemberFormARing() {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = ring(1, seed);
      for (int i = 1; i < 12; i++) {
        int unused = ring.join(i - 1);
        ring.runFor(Duration.ofMillis(50 * (seed % 5)));
      }
      assertTrue(ring.settle().isIdeal());
    }
  }

  @Test
  void aNarrowCircleThatIsFullIsARingToo() {
    for (long seed = 1; seed <= 10; seed++) {
      Settings settings = Settings.lan(seed).withSpace(new IdSpace(3));
      assertTrue(SimulatedRing.ring(8, settings).settle().isIdeal());
    }
  }

  @Test
  void listsOfOneEntryMakeARingAsLongAsNobodyFails() {
    for (long seed = 1; seed <= 10; seed++) {
      Settings settings =
          Settings.lan(seed).withConfig(ChordConfig.lan().withSuccessorListLength(1));
      assertTrue(SimulatedRing.ring(9, settings).settle().isIdeal());
    }
  }

  @Test
  void anIdealRingStaysIdeal() {
    SimulatedRing ring = ring(10, 3).settle();
    for (int i = 0; i < 200; i++) {
      assertTrue(ring.runFor(Duration.ofMillis(50)).isIdeal());
    }
  }

  @Test
  void aRingOfOneOwnsEverything() {
    SimulatedRing ring = ring(1, 1).settle();
    IdSpace space = IdSpace.DEFAULT;
    assertTrue(ring.view(0).owns(space.hash("any key")));
    assertTrue(ring.view(0).owns(ring.view(0).self().id()));
  }

  @Test
  void inAnIdealRingEveryKeyHasOneOwner() {
    SimulatedRing ring = ring(7, 5).settle();
    for (int i = 0; i < 1000; i++) {
      assertEquals(1, ring.owners(IdSpace.DEFAULT.hash("key " + i)).size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void aRingIsIdealAgainSoonAfterEachCrash(int size) {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = ring(size, seed).settle();
      for (int victim = 0; victim < size - 1; victim++) {
        ring.crash(victim);
        assertTrue(ring.settleWithin(listsRepaired()).isIdeal());
      }
    }
  }

  @Test
  void theSuccessorTakesOverWithinASecondOfACrashOrASilentDeath() {
    for (long seed = 1; seed <= 100; seed++) {
      SimulatedRing ring = ring(8, seed).settle();
      ring.runFor(Duration.ofMillis(7 * seed));
      int victim = (int) (seed % 8);
      Peer dead = ring.view(victim).self();
      if (seed % 2 == 0) {
        ring.crash(victim);
      } else {
        ring.vanish(victim);
      }
      ring.runFor(SECOND);
      List<Integer> owners = ring.owners(dead.id());
      assertEquals(1, owners.size(), "seed " + seed);
    }
  }

  @Test
  void threeNeighboursMayDieAtOnce() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulatedRing ring = ring(12, seed).settle();
      List<Integer> order = inOrder(ring, 12);
      for (int i = 0; i < 3; i++) {
        int victim = order.get((int) ((seed + i) % 12));
        if (seed % 2 == 0) {
          ring.crash(victim);
        } else {
          ring.vanish(victim);
        }
      }
      assertTrue(ring.settleWithin(Duration.ofSeconds(5)).isIdeal());
    }
  }

  @Test
  void aRingWhoseListsAreUsedUpFindsTogetherAgain() {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = ring(16, seed).settle().runFor(Duration.ofSeconds(10));
      List<Integer> order = inOrder(ring, 16);
      for (int i = 0; i < 6; i++) {
        ring.crash(order.get(i));
      }
      assertTrue(ring.settleWithin(Duration.ofSeconds(30)).isIdeal());
    }
  }

  @Test
  void aNodeComesBackUnderItsAddress() {
    for (long seed = 1; seed <= 50; seed++) {
      for (int size = 2; size <= 7; size++) {
        SimulatedRing ring = ring(size, seed).settle();
        int victim = (int) (seed % size);
        ring.restart(victim, (victim + 1) % size);
        assertTrue(ring.settleWithin(Duration.ofSeconds(10)).isIdeal());
        assertFalse(ring.view(victim).successors().contains(ring.view(victim).self()));
      }
    }
  }

  @Test
  void aNodeComesBackAfterItsDeathWasNoticed() {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = ring(5, seed).settle();
      ring.vanish(3);
      ring.settle();
      ring.restart(3, 0, 1);
      assertTrue(ring.settleWithin(Duration.ofSeconds(10)).isIdeal());
    }
  }

  @Test
  void aJoiningNodeWaitsForItsSeed() {
    SimulatedRing ring = ring(1, 1);
    ring.crash(0);
    ring.join(0);
    ring.runFor(Duration.ofMinutes(5));
    assertEquals(RingView.Status.JOINING, ring.view(1).status());
    ring.restart(0);
    assertTrue(ring.settleWithin(Duration.ofSeconds(10)).isIdeal());
  }

  @Test
  void aNodeJoinsThroughWhicheverSeedLives() {
    SimulatedRing ring = ring(4, 1).settle();
    ring.crash(1).crash(2);
    int late = ring.join(1, 2, 3);
    assertTrue(ring.settle().isIdeal());
    assertEquals(RingView.Status.MEMBER, ring.view(late).status());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everybodyMayLeave(int size) {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = ring(size, seed).settle();
      for (int leaver = 0; leaver < size - 1; leaver++) {
        ring.leave(leaver);
        ring.runFor(Duration.ofMillis(10));
        assertEquals(RingView.Status.LEFT, ring.view(leaver).status());
        assertTrue(ring.settleWithin(listsRepaired()).isIdeal());
      }
    }
  }

  @Test
  void aFarewellHandsTheRangeOverAtOnce() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulatedRing ring = ring(6, seed).settle().runFor(Duration.ofMillis(seed));
      Peer leaver = ring.view(2).self();
      int heir = numberOf(ring, ring.view(2).successors().get(0), 6);
      ring.leave(2).runFor(Duration.ofMillis(50));
      assertEquals(List.of(heir), ring.owners(leaver.id()), "seed " + seed);
    }
  }

  @Test
  void neighboursMayLeaveAtTheSameMoment() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulatedRing ring = ring(8, seed).settle();
      List<Integer> order = inOrder(ring, 8);
      ring.leave(order.get(2)).leave(order.get(3));
      assertTrue(ring.settleWithin(Duration.ofSeconds(5)).isIdeal());
    }
  }

  @Test
  void crashesJoinsAndFarewellsTogetherEndInOneRing() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulatedRing ring = ring(10, seed).settle();
      for (int i = 0; i < 6; i++) {
        ring.crash(i);
        ring.join(9, 8);
        ring.runFor(Duration.ofMillis(300));
        ring.leave(10 + i);
        ring.join(9, 7);
        ring.runFor(Duration.ofMillis(700));
      }
      assertTrue(ring.settleWithin(Duration.ofSeconds(30)).isIdeal());
    }
  }

  @Test
  void aRingSplitByAPartitionIsTwoRingsAndThenOneAgain() {
    for (long seed = 1; seed <= 30; seed++) {
      SimulatedRing ring = ring(10, seed).settle();
      int[] left = {0, 1, 2, 3, 4};
      int[] right = {5, 6, 7, 8, 9};
      ring.partition(left).runFor(Duration.ofSeconds(20));
      assertTrue(ring.isIdealAmong(left), "seed " + seed);
      assertTrue(ring.isIdealAmong(right), "seed " + seed);
      assertTrue(ring.heal().settleWithin(Duration.ofSeconds(60)).isIdeal());
    }
  }

  @Test
  void aSplitRingRemembersWhomItLostWhenNoSeedIsLeft() {
    for (long seed = 1; seed <= 30; seed++) {
      SimulatedRing ring = ring(11, seed).settle().crash(0).settle();
      int[] left = {1, 2, 3, 4, 5};
      int[] right = {6, 7, 8, 9, 10};
      ring.partition(left).runFor(Duration.ofSeconds(20));
      assertTrue(ring.isIdealAmong(left), "seed " + seed);
      assertTrue(ring.isIdealAmong(right), "seed " + seed);
      assertTrue(ring.heal().settleWithin(Duration.ofMinutes(2)).isIdeal());
    }
  }

  @Test
  void twoRingsThatNeverMetUniteThroughASeedThatOneOfThemKnows() {
    for (long seed = 1; seed <= 30; seed++) {
      SimulatedRing ring = ring(6, seed).settle();
      ring.partition(0, 1, 2, 3, 4, 5);
      int other = ring.found();
      int[] others = {other, ring.join(0, other), ring.join(0, other), ring.join(0, other)};
      ring.runFor(Duration.ofSeconds(20));
      assertTrue(ring.isIdealAmong(others), "seed " + seed);
      assertTrue(ring.heal().settleWithin(Duration.ofSeconds(60)).isIdeal());
    }
  }

  @Test
  void aFounderThatForgotItsRingIsTakenBack() {
    for (long seed = 1; seed <= 30; seed++) {
      SimulatedRing ring = ring(8, seed).settle();
      ring.restart(0);
      assertTrue(ring.settleWithin(Duration.ofSeconds(60)).isIdeal());
    }
  }

  /**
   * The first successor and the predecessor change within a second; the last entries of the lists
   * follow, one a round.
   */
  private static Duration listsRepaired() {
    return Duration.ofSeconds(3);
  }

  private static SimulatedRing ring(int size, long seed) {
    return SimulatedRing.ring(size, Settings.lan(seed));
  }

  private static List<Integer> inOrder(SimulatedRing ring, int size) {
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparing(number -> ring.view(number).self().id()))
        .toList();
  }

  private static int numberOf(SimulatedRing ring, Peer peer, int size) {
    return IntStream.range(0, size)
        .filter(number -> ring.view(number).self().equals(peer))
        .findFirst()
        .orElseThrow();
  }
}
