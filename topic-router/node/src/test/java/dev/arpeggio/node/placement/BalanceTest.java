package dev.arpeggio.node.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import dev.arpeggio.queue.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Loads stay within the bound, with few moves. */
class BalanceTest {
  private static final IdSpace SPACE = IdSpace.DEFAULT;
  private static final int RINGS = 300;

  private static List<Peer> ring(SplittableRandom random, int members) {
    List<Peer> ring = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      String address = "grpc://10.0." + random.nextInt(256) + "." + random.nextInt(256) + ":" + i;
      ring.add(new Peer(SPACE.hash(address), address));
    }
    return ring;
  }

  private static List<PartitionId> partitions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new PartitionId(new TopicName("t" + i % 3), i / 3))
        .toList();
  }

  private static int most(List<Peer> ring, List<PartitionId> partitions, Placement placement) {
    return Collections.max(new Loads(SPACE, ring, partitions, placement).counts().values());
  }

  /** As the balancer does it: round after round until nothing moves any more. */
  private static Placement settled(
      List<Peer> ring, List<PartitionId> partitions, Placement placement) {
    for (int round = 0; round < 20; round++) {
      Placement next = Balance.of(SPACE, ring, partitions, placement, Balancer.MAX_MOVES);
      if (next.numbers().equals(placement.numbers())) {
        return next;
      }
      placement = next;
    }
    throw new AssertionError("does not come to rest");
  }

  @Test
  void namesAloneGiveSomebodyFarTooMuch() {
    SplittableRandom random = new SplittableRandom(1);
    int bad = 0;
    for (int i = 0; i < RINGS; i++) {
      bad += most(ring(random, 8), partitions(64), Placement.byName()) > 12 ? 1 : 0;
    }
    assertTrue(bad > RINGS * 9 / 10, bad + " of " + RINGS);
  }

  @Test
  void nobodyOwnsMoreThanTheBoundAfterwards() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < RINGS; i++) {
      List<Peer> ring = ring(random, 8);
      Placement placement = settled(ring, partitions(64), Placement.byName());
      assertTrue(most(ring, partitions(64), placement) <= 10, "ring " + i);
    }
  }

  @Test
  void itHoldsForOtherSizesToo() {
    SplittableRandom random = new SplittableRandom(3);
    for (int members : List.of(1, 2, 3, 5, 13, 30)) {
      for (int count : List.of(1, 2, 7, 31, 200)) {
        List<Peer> ring = ring(random, members);
        Placement placement = settled(ring, partitions(count), Placement.byName());
        int bound = (int) Math.ceil(1.25 * count / members);
        assertTrue(most(ring, partitions(count), placement) <= bound, members + " and " + count);
      }
    }
  }

  @Test
  void aMemberThatComesOrGoesMovesLittle() {
    SplittableRandom random = new SplittableRandom(4);
    int moves = 0;
    for (int i = 0; i < RINGS; i++) {
      List<Peer> ring = ring(random, 8);
      Placement before = settled(ring, partitions(64), Placement.byName());
      List<Peer> smaller = ring.subList(1, 8);
      Placement after = settled(smaller, partitions(64), before);
      for (PartitionId id : partitions(64)) {
        moves += before.number(id) == after.number(id) ? 0 : 1;
      }
    }
    // The one that goes had at most 10, and its successor at most 10 of its own: what it has too
    // much is less than the one had.
    assertTrue(moves < 10 * RINGS, moves + " moves in " + RINGS + " rings");
    assertNotEquals(0, moves);
  }

  @Test
  void nothingMovesWhereNobodyHasTooMuch() {
    SplittableRandom random = new SplittableRandom(5);
    List<Peer> ring = ring(random, 8);
    Placement settled = settled(ring, partitions(64), Placement.byName());
    assertEquals(
        settled.numbers(),
        Balance.of(SPACE, ring, partitions(64), settled, Integer.MAX_VALUE).numbers());
  }

  @Test
  void noMoreMovesAreMadeAtOnceThanAllowed() {
    List<Peer> ring = ring(new SplittableRandom(6), 8);
    for (int allowed : List.of(0, 1, 5)) {
      Placement placement = Balance.of(SPACE, ring, partitions(64), Placement.byName(), allowed);
      assertEquals(allowed, placement.moved());
    }
  }

  @Test
  void whatIsNotThereAnyMoreLosesItsNumber() {
    List<Peer> ring = ring(new SplittableRandom(7), 2);
    TreeMap<String, Integer> numbers = new TreeMap<>();
    numbers.put("gone/0", 3);
    Placement placement = Placement.byName().with(numbers);
    assertEquals(0, Balance.of(SPACE, ring, partitions(2), placement, 1).number(gone()));
    assertEquals(3, placement.number(gone()));
  }

  private static PartitionId gone() {
    return new PartitionId(new TopicName("gone"), 0);
  }
}
