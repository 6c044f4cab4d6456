package dev.arpeggio.simulator;

import dev.arpeggio.chord.Finger;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who neighbours whom in an ideal ring, and the correct fingers. Immutable.
 *
 * <p>Fingers are those that a production node keeps: owners of {@code self + 2^i} beyond its first
 * successor.
 */
public final class IdealPlaces {
  private final IdSpace space;
  private final List<Peer> peers;

  /**
   * The identifiers in the order of the peers, with the top bit flipped so that signed order is
   * theirs.
   */
  private final long[] order;

  private final int successors;

  /**
   * The ring of these peers.
   *
   * @param peers in any order, with identifiers of their own
   * @param successors length of the successor lists
   */
  public IdealPlaces(IdSpace space, List<Peer> peers, int successors) {
    this.space = space;
    this.peers = peers.stream().sorted(Comparator.comparing(Peer::id)).toList();
    this.order = this.peers.stream().mapToLong(peer -> signed(peer.id())).toArray();
    this.successors = Math.min(successors, peers.size() - 1);
  }

  /** How many there are. */
  public int size() {
    return peers.size();
  }

  /** The peer with the index-th smallest identifier. */
  public Peer peer(int index) {
    return peers.get(index);
  }

  /** The index of the first peer at or after the key. */
  public int ownerOf(RingId key) {
    int found = Arrays.binarySearch(order, signed(key));
    int index = found >= 0 ? found : -found - 1;
    return index == order.length ? 0 : index;
  }

  /** The neighbourhood of a peer. */
  public MemberState place(int index) {
    List<Peer> list = new ArrayList<>(successors);
    for (int i = 1; i <= successors; i++) {
      list.add(peers.get((index + i) % peers.size()));
    }
    return new MemberState(
        peers.get(index),
        peers.size() == 1 ? null : peers.get((index + peers.size() - 1) % peers.size()),
        list);
  }

  /** The fingers of a peer, farthest first; null where it is the owner itself. */
  public List<@Nullable Finger> fingers(int index) {
    List<@Nullable Finger> fingers = new ArrayList<>();
    Peer self = peers.get(index);
    long first = space.distance(self.id(), peers.get((index + 1) % peers.size()).id());
    for (int bit = space.bits() - 1; bit >= 0; bit--) {
      long step = 1L << bit;
      if (Long.compareUnsigned(step, first) <= 0) {
        break;
      }
      int owner = ownerOf(space.plus(self.id(), step));
      int before = (owner + peers.size() - 1) % peers.size();
      fingers.add(owner == index ? null : new Finger(peers.get(before), peers.get(owner)));
    }
    return fingers;
  }

  private static long signed(RingId id) {
    return id.value() ^ Long.MIN_VALUE;
  }
}
