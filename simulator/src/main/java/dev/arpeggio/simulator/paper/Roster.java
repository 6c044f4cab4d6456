package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * All nodes that live, and who owns a key in truth: that follows from what all of them know, which
 * none of them can. Single-threaded.
 *
 * <p>A <em>ring member</em> is one that is reachable from itself by first live successors (Zave). A
 * node that has joined becomes one when its predecessor adopts it; until then nobody can find it.
 */
final class Roster {
  private final IdSpace space;
  private final Map<RingId, Resident> byId = new LinkedHashMap<>();
  private final List<Resident> nodes = new ArrayList<>();
  private long walks;

  Roster(IdSpace space) {
    this.space = space;
  }

  void add(Resident node) {
    nodes.add(node);
    byId.put(node.self().id(), node);
  }

  int size() {
    return nodes.size();
  }

  /** Any node that takes part. */
  Resident anyMember(SplittableRandom random) {
    return nodes.get(indexOfAnyMember(random));
  }

  /** The same; it is no longer on the roster. */
  Resident removeAnyMember(SplittableRandom random) {
    int index = indexOfAnyMember(random);
    Resident node = nodes.get(index);
    nodes.set(index, nodes.get(nodes.size() - 1));
    nodes.remove(nodes.size() - 1);
    byId.remove(node.self().id());
    return node;
  }

  /** The first ring member at or after the key. */
  Peer ownerAmongRingMembers(RingId key) {
    walks++;
    Resident start = nodes.get(indexOfMemberFrom(0));
    Resident owner = start;
    Resident next = start;
    while (next.isFirstVisit(walks)) {
      owner = firstFrom(key, owner, next);
      next = next.best(byId);
    }
    // Whoever is met again is on the ring. Those before it are not.
    return next == start ? owner.self() : ownerFrom(key, next).self();
  }

  private Resident ownerFrom(RingId key, Resident start) {
    Resident owner = start;
    for (Resident next = start.best(byId); next != start; next = next.best(byId)) {
      owner = firstFrom(key, owner, next);
    }
    return owner;
  }

  /** The first node at or after the key that says it is a member. */
  Peer ownerAmongAll(RingId key) {
    Resident owner = nodes.get(indexOfMemberFrom(0));
    for (Resident node : nodes) {
      owner = node.isMember() ? firstFrom(key, owner, node) : owner;
    }
    return owner.self();
  }

  private Resident firstFrom(RingId key, Resident a, Resident b) {
    long toA = space.distance(key, a.self().id());
    return Long.compareUnsigned(toA, space.distance(key, b.self().id())) <= 0 ? a : b;
  }

  private int indexOfAnyMember(SplittableRandom random) {
    return indexOfMemberFrom(random.nextInt(nodes.size()));
  }

  private int indexOfMemberFrom(int start) {
    for (int i = 0; i < nodes.size(); i++) {
      int index = (start + i) % nodes.size();
      if (nodes.get(index).isMember()) {
        return index;
      }
    }
    throw new IllegalStateException("none of " + nodes.size() + " nodes is a member");
  }
}
