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
 * successor; the array grows to those.
 */
final class FingerTable {
  private final int bits;
  private @Nullable Peer[] farthestFirst = new Peer[0];
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
    }
    farthestFirst[index] = owner;
  }

  /** Replaces all fingers by these, the farthest first. */
  void install(List<@Nullable Peer> owners) {
    if (owners.size() > bits) {
      throw new IllegalArgumentException(owners.size() + " fingers on a circle of " + bits);
    }
    farthestFirst = owners.toArray(new Peer[0]);
  }

  /** Forgets a node that did not answer. */
  void remove(RingId id) {
    for (int i = 0; i < farthestFirst.length; i++) {
      Peer peer = farthestFirst[i];
      if (peer != null && peer.id().equals(id)) {
        farthestFirst[i] = null;
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
}
