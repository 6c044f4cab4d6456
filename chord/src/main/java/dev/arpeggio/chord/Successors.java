package dev.arpeggio.chord;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The algebra of successor lists: pure functions on immutable lists.
 *
 * <p>Zave's lists have exactly r entries, of which those that are missing after a failure are
 * padded with an identifier just past the last one, behind which nobody lives. A pad is always at
 * the tail, counts as dead and skips no node, so here the absent tail <em>is</em> the padding. For
 * the same reason a list never wraps past its own node: in a ring of n members, it has min(r, n -
 * 1) entries.
 */
final class Successors {
  private Successors() {}

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
   * ToN IV-E.4: the list of a node that hears that a successor leaves, with the last entry of the
   * leaver's list in its place.
   */
  static List<Peer> withoutLeaver(
      IdSpace space, Peer self, int length, List<Peer> list, MemberState leaver) {
    List<Peer> result = new ArrayList<>(length);
    for (Peer peer : list) {
      if (!peer.id().equals(leaver.self().id())) {
        result.add(peer);
      }
    }
    if (result.size() < list.size() && !leaver.successors().isEmpty()) {
      Peer last = leaver.successors().get(leaver.successors().size() - 1);
      if (result.isEmpty()) {
        result.addAll(last.id().equals(self.id()) ? List.of() : List.of(last));
      } else {
        appendOrdered(space, self, length, result, List.of(last));
      }
    }
    return List.copyOf(result);
  }

  /** Invariants D1 and D2: what is wrong with this list of {@code self}, or null. */
  static @Nullable String problem(IdSpace space, Peer self, int length, List<Peer> list) {
    if (list.size() > length) {
      return self + " has " + list.size() + " successors instead of " + length + ": " + list;
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
      if (list.size() == length || Long.compareUnsigned(next, distance) <= 0) {
        return;
      }
      list.add(peer);
      distance = next;
    }
  }
}
