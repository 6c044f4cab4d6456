package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

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
  private final List<Resident> path = new ArrayList<>();

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
    path.clear();
    Resident next = nodes.get(indexOfMemberFrom(0));
    Map<RingId, Integer> steps = new LinkedHashMap<>();
    while (steps.putIfAbsent(next.self().id(), path.size()) == null) {
      path.add(next);
      next = best(next);
    }
    int ring = steps.getOrDefault(next.self().id(), 0);
    return firstFrom(key, path.subList(ring, path.size()).stream());
  }

  /** The first node at or after the key that says it is a member. */
  Peer ownerAmongAll(RingId key) {
    return firstFrom(key, nodes.stream().filter(Roster::isMember));
  }

  private Peer firstFrom(RingId key, Stream<Resident> candidates) {
    return candidates
        .map(node -> node.self())
        .min(
            (a, b) ->
                Long.compareUnsigned(space.distance(key, a.id()), space.distance(key, b.id())))
        .orElseThrow(() -> new IllegalStateException("nobody is there to own " + key));
  }

  private Resident best(Resident node) {
    for (Peer successor : node.view().successors()) {
      Resident live = byId.get(successor.id());
      if (live != null && isMember(live)) {
        return live;
      }
    }
    throw new IllegalStateException(node.self() + " has no live successor");
  }

  private int indexOfAnyMember(SplittableRandom random) {
    return indexOfMemberFrom(random.nextInt(nodes.size()));
  }

  private int indexOfMemberFrom(int start) {
    for (int i = 0; i < nodes.size(); i++) {
      int index = (start + i) % nodes.size();
      if (isMember(nodes.get(index))) {
        return index;
      }
    }
    throw new IllegalStateException("none of " + nodes.size() + " nodes is a member");
  }

  private static boolean isMember(Resident node) {
    return node.view().status() == RingView.Status.MEMBER;
  }
}
