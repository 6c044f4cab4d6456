package dev.arpeggio.chord;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of the nodes offered, the few that come nearest to a key without reaching it; only those nearer
 * than a given node, and none that is to be avoided. On the loop.
 *
 * <p>Takes identifiers as plain numbers: a node passes on all its fingers for every question, and
 * most of them are turned down before anybody looks at the peer.
 */
final class Candidates {
  private final IdSpace space;
  private final RingId key;
  private final List<RingId> avoid;
  private final long[] steps;
  private final @Nullable Peer[] peers;
  private long limit;
  private int size;

  /**
   * Begins empty.
   *
   * @param from only nodes between this one and the key count
   * @param capacity how many are kept, at least 1
   */
  Candidates(IdSpace space, RingId from, RingId key, List<RingId> avoid, int capacity) {
    this.space = space;
    this.key = key;
    this.avoid = avoid;
    this.steps = new long[capacity];
    this.peers = new Peer[capacity];
    this.limit = space.stepsBefore(from.value(), key);
  }

  /** Keeps the peer with this identifier if it is near enough and not there yet. */
  void offer(long id, Peer peer) {
    long distance = space.stepsBefore(id, key);
    if (Long.compareUnsigned(distance, limit) >= 0 || isAvoided(id)) {
      return;
    }
    int place = size;
    while (place > 0 && Long.compareUnsigned(distance, steps[place - 1]) < 0) {
      place--;
    }
    if (place > 0 && steps[place - 1] == distance) {
      return;
    }
    size = Math.min(size + 1, steps.length);
    System.arraycopy(steps, place, steps, place + 1, size - place - 1);
    System.arraycopy(peers, place, peers, place + 1, size - place - 1);
    steps[place] = distance;
    peers[place] = peer;
    if (size == steps.length) {
      limit = steps[size - 1];
    }
  }

  /** Those kept. */
  List<Peer> nearestFirst() {
    return List.of(Arrays.copyOf(peers, size));
  }

  private boolean isAvoided(long id) {
    for (RingId avoided : avoid) {
      if (avoided.value() == id) {
        return true;
      }
    }
    return false;
  }
}
