package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.Position;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Daemons that hold several positions on the ring, and die with all of them. */
final class PositionsTest {
  private static final int DAEMONS = 8;
  private static final int POSITIONS = 6;
  private static final ChordConfig LAN = ChordConfig.lan();

  @Test
  void everyListReachesEnoughDaemons() {
    VirtualRing ring = new VirtualRing(DAEMONS, POSITIONS, LAN, 1);
    for (int daemon = 0; daemon < DAEMONS; daemon++) {
      for (int position = 0; position < POSITIONS; position++) {
        RingView view = ring.view(daemon, position);
        assertTrue(daemons(view).size() >= LAN.successorListLength(), () -> "too few in " + view);
      }
    }
  }

  @Test
  void aRingSurvivesTheSilentDeathOfAsManyDaemonsAsItsListsAllow() {
    for (long seed = 1; seed <= 20; seed++) {
      VirtualRing ring = new VirtualRing(DAEMONS, POSITIONS, LAN, seed);
      int first = (int) (seed % DAEMONS);
      for (int i = 1; i < LAN.successorListLength(); i++) {
        ring.vanish((first + i) % DAEMONS);
      }
      Duration settled = ring.settle();
      assertTrue(settled.compareTo(Duration.ofSeconds(15)) < 0, () -> "took " + settled);
    }
  }

  @Test
  void twoDaemonsWithManyPositionsAreARing() {
    VirtualRing ring = new VirtualRing(2, 20, LAN, 1);
    assertEquals(Set.of("virtual://1"), daemons(ring.view(0, 7)));
  }

  @Test
  void lookupsFindPositionsOfOtherDaemons() {
    VirtualRing ring = new VirtualRing(DAEMONS, POSITIONS, LAN, 2);
    for (int position = 0; position < POSITIONS; position++) {
      Peer owner = ring.view(5, position).self();
      assertEquals(owner, ring.lookup(1, owner.id()).owner());
    }
  }

  @Test
  void anAddressIsTakenApartAndPutTogether() {
    assertEquals(new Position("grpc://h:1", 12), Position.of("grpc://h:1/12"));
    for (String address : new String[] {"grpc://h:1", "grpc://h:1/12", "local://a", "nowhere"}) {
      assertEquals(address, Position.of(address).toString());
    }
    for (String odd : new String[] {"grpc://h:1/", "grpc://h:1/x", "grpc://h:1/0", "a://b/99999"}) {
      assertEquals(new Position(odd, 0), Position.of(odd));
    }
  }

  private static Set<String> daemons(RingView view) {
    String own = Position.daemonOf(view.self().address());
    return view.successors().stream()
        .map(peer -> Position.daemonOf(peer.address()))
        .filter(daemon -> !daemon.equals(own))
        .collect(Collectors.toUnmodifiableSet());
  }
}
