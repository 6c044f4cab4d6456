package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.Position;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The algebra of successor lists: pure functions on immutable lists.
 *
 * <p>Zave's lists have exactly r entries, of which those that are missing after a failure are
 * padded with an identifier just past the last one, behind which nobody lives. A pad is always at
 * the tail, counts as dead and skips no node, so here the absent tail <em>is</em> the padding. For
 * the same reason a list never wraps past its own node: in a ring of n members, it has min(r, n -
 * 1) entries.
 *
 * <p>The nodes of one daemon die together. Where daemons have several, a list is as much longer as
 * it takes to reach r daemons other than the node's own, up to {@value #MAX_STRETCH} r entries. No
 * node is skipped, so the algebra is the same; and if a list reaches r daemons, so does the list of
 * its node's predecessor, which is made of it.
 */
final class Successors {
  private static final int MAX_STRETCH = 4;

  private Successors() {}

  /** Whether a list of {@code self} needs no further entry. */
  static boolean suffices(Peer self, int length, List<Peer> list) {
    return suffices(self, length, list, list.size());
  }

  private static boolean suffices(Peer self, int length, List<Peer> list, int size) {
    if (size < length) {
      return false;
    }
    if (size >= MAX_STRETCH * length) {
      return true;
    }
    boolean oneNodeEach = Position.isDaemon(self.address());
    for (int i = 0; oneNodeEach && i < size; i++) {
      oneNodeEach = Position.isDaemon(list.get(i).address());
    }
    if (oneNodeEach) {
      return true;
    }
    Set<String> daemons = new LinkedHashSet<>();
    for (Peer peer : list.subList(0, size)) {
      daemons.add(Position.daemonOf(peer.address()));
    }
    daemons.remove(Position.daemonOf(self.address()));
    return daemons.size() >= length;
  }

  /**
   * {@code first ++ butLast(rest)}: the list of a node whose first successor is {@code first} with
   * the list {@code rest}. Ends before {@code self} and before whatever is out of order, both of
   * which belong to the next turn around the circle.
   */
  static List<Peer> follow(IdSpace space, Peer self, int length, Peer first, List<Peer> rest) {
    List<Peer> list = new ArrayList<>(length);
    list.add(first);
    appendOrdered(space, self, length, list, rest);
    return List.copyOf(list);
  }

  /**
   * The list without its first entry, which is dead; the pad that takes the last place is implied.
   */
  static List<Peer> withoutFirst(List<Peer> list) {
    return list.subList(1, list.size()).stream().toList();
  }

  /**
   * The list of a node that hears that a successor leaves: a pad takes the free place, as after a
   * death. ToN IV-E.4 would put the last entry of the leaver's list there, but what the leaver knew
   * may be old by now and skip nodes that nobody skips any more; the next round brings news of the
   * living. Only a node that has nobody left takes the leaver's list, for want of anything better.
   */
  static List<Peer> withoutLeaver(
      IdSpace space, Peer self, int length, List<Peer> list, MemberState leaver) {
    RingId gone = leaver.self().id();
    List<Peer> rest = list.stream().filter(peer -> !peer.id().equals(gone)).toList();
    List<Peer> theirs = leaver.successors();
    boolean bereft = rest.isEmpty() && !list.isEmpty();
    return bereft && !theirs.isEmpty() && !theirs.get(0).id().equals(self.id())
        ? follow(space, self, length, theirs.get(0), theirs.subList(1, theirs.size()))
        : rest;
  }

  /** Invariants D1 and D2: what is wrong with this list of {@code self}, or null. */
  static @Nullable String problem(IdSpace space, Peer self, int length, List<Peer> list) {
    if (!list.isEmpty() && suffices(self, length, list, list.size() - 1)) {
      return self + " has " + list.size() + " successors, more than it needs: " + list;
    }
    long distance = 0;
    for (Peer peer : list) {
      long next = space.distance(self.id(), peer.id());
      if (Long.compareUnsigned(next, distance) <= 0) {
        return self + " has successors out of order or twice at " + peer + ": " + list;
      }
      distance = next;
    }
    return null;
  }

  private static void appendOrdered(
      IdSpace space, Peer self, int length, List<Peer> list, List<Peer> rest) {
    long distance = space.distance(self.id(), list.get(list.size() - 1).id());
    for (Peer peer : rest) {
      long next = space.distance(self.id(), peer.id());
      if (suffices(self, length, list) || Long.compareUnsigned(next, distance) <= 0) {
        return;
      }
      list.add(peer);
      distance = next;
    }
  }
}
