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

  void set(int finger, @Nullable Peer owner) {
    int index = bits - 1 - finger;
    if (index >= farthestFirst.length) {
      farthestFirst = Arrays.copyOf(farthestFirst, index + 1);
      ids = Arrays.copyOf(ids, index + 1);
    }
    put(index, owner);
  }

  /** Replaces all fingers by these, the farthest first. */
  void install(List<@Nullable Peer> owners) {
    if (owners.size() > bits) {
      throw new IllegalArgumentException(owners.size() + " fingers on a circle of " + bits);
    }
    farthestFirst = new Peer[owners.size()];
    ids = new long[owners.size()];
    for (int i = 0; i < ids.length; i++) {
      put(i, owners.get(i));
    }
  }

  /** Forgets a node that did not answer. */
  void remove(RingId id) {
    for (int i = 0; i < ids.length; i++) {
      if (farthestFirst[i] != null && ids[i] == id.value()) {
        put(i, null);
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

  private void put(int index, @Nullable Peer owner) {
    farthestFirst[index] = owner;
    ids[index] = owner == null ? 0 : owner.id().value();
  }
}
