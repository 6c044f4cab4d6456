package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Where the nodes of one seed lie on the circle, by number: always the same, whoever takes part.
 */
final class Identifiers {
  private static final String SCHEME = "sim://";

  private final Peer[] peers = new Peer[Schedule.MAX_NODES];

  Identifiers(Randomness randomness) {
    RandomGenerator random = randomness.of(Concern.IDENTIFIERS, 0);
    Set<RingId> taken = new LinkedHashSet<>();
    for (int number = 0; number < peers.length; number++) {
      RingId id;
      do {
        id = World.SPACE.of(random.nextLong(1L << World.SPACE.bits()));
      } while (!taken.add(id));
      peers[number] = new Peer(id, SCHEME + number);
    }
  }

  Peer peer(int number) {
    return peers[number];
  }

  /** The number of a node. */
  static String name(Peer peer) {
    return peer.address().substring(SCHEME.length());
  }
}
