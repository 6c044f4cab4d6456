package dev.arpeggio.simulator.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.IdealPlaces;
import dev.arpeggio.simulator.VirtualLoop;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who owns a key in truth, in a ring of 10, 20, 30 and 40. */
final class RosterTest {
  private static final IdSpace SPACE = new IdSpace(8);

  private final VirtualTime time = new VirtualTime();
  private final ChurnNetwork network =
      new ChurnNetwork(time, new SplittableRandom(1), Duration.ofMillis(50));
  private final Roster roster = new Roster(SPACE);
  private final List<Peer> peers =
      LongStream.of(10, 20, 30, 40).mapToObj(RosterTest::peer).toList();
  private final List<Resident> ring = peers.stream().map(this::resident).toList();

  RosterTest() {
    IdealPlaces places = new IdealPlaces(SPACE, peers, 2);
    for (int i = 0; i < 4; i++) {
      ring.get(i).node().startAt(places.place(i), places.fingers(i), List.of());
    }
  }

  @Test
  void theOwnerIsTheFirstAtOrAfterTheKey() {
    assertOwner(20, 20, 20);
    assertOwner(21, 30, 30);
    assertOwner(41, 10, 10);
    assertOwner(5, 10, 10);
  }

  @Test
  void whoJoinedBelongsToTheRingWhenItsPredecessorKnows() {
    place(25, 20, 30, 40);
    assertOwner(24, 30, 25);
    assertOwner(26, 30, 30);
    place(22, 20, 25, 30);
    assertOwner(21, 30, 22);
  }

  @Test
  void whoIsNoMemberYetOwnsNothing() {
    resident(peer(15)).node().start(List.of(peers.get(0).address()));
    assertOwner(15, 20, 20);
  }

  @Test
  void whoLeavesOwnsNothingFromThatMoment() {
    ring.get(2).leave();
    assertOwner(25, 40, 40);
  }

  @Test
  void everyMemberCanBeDrawnAndIsGoneOnceRemoved() {
    SplittableRandom random = new SplittableRandom(7);
    for (int left = 4; left > 0; left--) {
      assertEquals(left, roster.size());
      assertTrue(ring.contains(roster.anyMember(random)));
      roster.removeAnyMember(random);
    }
    assertEquals(0, roster.size());
  }

  @Test
  void aMemberThatLostEverySuccessorIsNotPassedOverInSilence() {
    ring.get(1).leave();
    ring.get(2).leave();
    assertThrows(IllegalStateException.class, () -> roster.ownerAmongRingMembers(new RingId(25)));
  }

  private void assertOwner(long key, long amongRingMembers, long amongAll) {
    assertEquals(peer(amongRingMembers), roster.ownerAmongRingMembers(SPACE.of(key)));
    assertEquals(peer(amongAll), roster.ownerAmongAll(SPACE.of(key)));
  }

  private void place(long id, long predecessor, long... successors) {
    List<Peer> list = LongStream.of(successors).mapToObj(RosterTest::peer).toList();
    resident(peer(id))
        .node()
        .startAt(new MemberState(peer(id), peer(predecessor), list), List.of(), List.of());
  }

  private Resident resident(Peer self) {
    VirtualLoop loop = new VirtualLoop(time, 0);
    RingTransport station = network.station(self.address(), loop);
    ChordNode node =
        new ChordNode(
            SPACE,
            self,
            ChurnRun.CONFIG.withSuccessorListLength(2),
            loop,
            station,
            new SplittableRandom(2),
            RingListener.NONE);
    Resident resident = new Resident(self, node, station, loop);
    roster.add(resident);
    return resident;
  }

  private static Peer peer(long id) {
    return new Peer(SPACE.of(id), "sim://" + id);
  }
}
