package dev.arpeggio.chord;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shortcuts across the circle: finger i is the owner of {@code self + 2^i}. For speed only: nothing
 * here is relied on for correctness. On the loop.
 *
 * <p>Kept from the farthest finger inwards, because only about log2 N of them differ from the first
 * successor; the arrays grow to those. The identifiers lie side by side, because every question
 * about a key compares them all and needs few of the peers.
 */
final class FingerTable {
  private final int bits;
  private @Nullable Peer[] farthestFirst = new Peer[0];

  /** The identifiers of the peers at the same places; meaningless where there is none. */
  private long[] ids = new long[0];

  /** Who said so: the nodes before the places. */
  private @Nullable Peer[] predecessors = new Peer[0];

  private int next;

  FingerTable(int bits) {
    this.bits = bits;
    this.next = bits - 1;
  }

  /**
   * The finger to refresh now: the next one inwards, or the farthest if the next would lie before
   * the first successor.
   */
  int nextToRefresh(long distanceToFirstSuccessor) {
    int finger = next;
    if (finger < 0 || Long.compareUnsigned(1L << finger, distanceToFirstSuccessor) <= 0) {
      finger = bits - 1;
    }
    next = finger - 1;
    return finger;
  }

  /** The node that last lay before the finger's place, null if it is not known. */
  @Nullable Peer predecessor(int finger) {
    int index = bits - 1 - finger;
    return index < ids.length ? predecessors[index] : null;
  }

  /** Sets a finger; null if the node itself is the owner. */
  void set(int finger, @Nullable Finger known) {
    int index = bits - 1 - finger;
    if (index >= ids.length) {
      resize(index + 1);
    }
    put(index, known);
  }

  /** Replaces all fingers by these, the farthest first. */
  void install(List<@Nullable Finger> known) {
    if (known.size() > bits) {
      throw new IllegalArgumentException(known.size() + " fingers on a circle of " + bits);
    }
    resize(known.size());
    for (int i = 0; i < ids.length; i++) {
      put(i, known.get(i));
    }
  }

  /** Forgets a node that did not answer. */
  void remove(RingId id) {
    for (int i = 0; i < ids.length; i++) {
      if (farthestFirst[i] != null && ids[i] == id.value()) {
        farthestFirst[i] = null;
      }
      Peer predecessor = predecessors[i];
      if (predecessor != null && predecessor.id().equals(id)) {
        predecessors[i] = null;
      }
    }
  }

  /** Visits each distinct finger, farthest first. */
  void forEach(Consumer<Peer> visitor) {
    Peer last = null;
    for (Peer peer : farthestFirst) {
      if (peer != null && !peer.equals(last)) {
        visitor.accept(peer);
        last = peer;
      }
    }
  }

  /** Offers every finger. */
  void offerTo(Candidates candidates) {
    for (int i = 0; i < ids.length; i++) {
      Peer peer = farthestFirst[i];
      if (peer != null) {
        candidates.offer(ids[i], peer);
      }
    }
  }

  private void resize(int length) {
    farthestFirst = Arrays.copyOf(farthestFirst, length);
    ids = Arrays.copyOf(ids, length);
    predecessors = Arrays.copyOf(predecessors, length);
  }

  private void put(int index, @Nullable Finger known) {
    farthestFirst[index] = known == null ? null : known.owner();
    ids[index] = known == null ? 0 : known.owner().id().value();
    predecessors[index] = known == null ? null : known.predecessor();
  }
}
