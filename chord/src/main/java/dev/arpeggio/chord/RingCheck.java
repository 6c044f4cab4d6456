package dev.arpeggio.chord;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether a ring is ideal. Pure functions, for any thread. */
public final class RingCheck {
  private static final IdSpace WIDEST = IdSpace.DEFAULT;

  private RingCheck() {}

  /**
   * What keeps these members from being one ideal ring, in words; empty if nothing does. In an
   * ideal ring the identifiers rise once around the circle, each member's first successor is the
   * next member and has the member as its predecessor, and each successor list is the successor's,
   * shifted by one: the next min(r, n - 1) members.
   *
   * @param members in the order of first successors, beginning anywhere
   * @param successorListLength r
   */
  public static List<String> problems(List<MemberState> members, int successorListLength) {
    List<String> problems = new ArrayList<>();
    if (members.isEmpty()) {
      problems.add("the ring has no members");
      return problems;
    }
    Set<RingId> seen = new HashSet<>();
    for (MemberState member : members) {
      if (!seen.add(member.self().id())) {
        problems.add(member.self() + " is there twice");
      }
    }
    for (int i = 0; i < members.size(); i++) {
      checkMember(members, i, successorListLength, problems);
    }
    return problems;
  }

  private static void checkMember(
      List<MemberState> members, int index, int length, List<String> problems) {
    int size = members.size();
    MemberState member = members.get(index);
    Peer self = member.self();
    Peer next = members.get((index + 1) % size).self();
    Peer afterNext = members.get((index + 2) % size).self();
    // Distances on the widest circle order identifiers of a narrower one in the same way.
    if (size > 2 && !WIDEST.between(self.id(), next.id(), afterNext.id())) {
      problems.add(next + " is not between " + self + " and " + afterNext);
    }
    @Nullable Peer before = size == 1 ? null : members.get((index + size - 1) % size).self();
    if (before == null ? member.predecessor() != null : !before.equals(member.predecessor())) {
      problems.add(self + " has the predecessor " + member.predecessor() + " instead of " + before);
    }
    List<Peer> expected = new ArrayList<>();
    for (int step = 1; step <= Math.min(length, size - 1); step++) {
      expected.add(members.get((index + step) % size).self());
    }
    if (!expected.equals(member.successors())) {
      problems.add(self + " has the successors " + member.successors() + " instead of " + expected);
    }
  }
}
