package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That the few kept are those that sorting all of them would leave, in circles of any width. */
final class CandidatesTest {
  private static final int CAPACITY = 4;

  @Test
  void theNearestBeforeTheKeyAreKeptInOrder() {
    Random random = new Random(1);
    for (int bits : new int[] {3, 8, 64}) {
      IdSpace space = new IdSpace(bits);
      for (int run = 0; run < 2000; run++) {
        RingId from = id(space, random);
        RingId key = run % 10 == 0 ? from : id(space, random);
        List<RingId> avoid = List.of(id(space, random), id(space, random));
        Candidates candidates = new Candidates(space, from, key, avoid, CAPACITY);
        List<Peer> offered = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
          RingId id = id(space, random);
          Peer peer = new Peer(id, "test://" + id);
          offered.add(peer);
          candidates.offer(id.value(), peer);
        }
        assertEquals(
            sorted(space, from, key, avoid, offered),
            candidates.nearestFirst(),
            () -> "from " + from + " to " + key + " without " + avoid + ": " + offered);
      }
    }
  }

  private static List<Peer> sorted(
      IdSpace space, RingId from, RingId key, List<RingId> avoid, List<Peer> offered) {
    return offered.stream()
        .filter(peer -> space.between(from, peer.id(), key) && !avoid.contains(peer.id()))
        .distinct()
        .sorted(Comparator.comparing(peer -> space.distance(peer.id(), key), Long::compareUnsigned))
        .limit(CAPACITY)
        .toList();
  }

  private static RingId id(IdSpace space, Random random) {
    return space.of(random.nextLong() >>> (64 - space.bits()));
  }
}
