package dev.arpeggio.chord;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether a ring is ideal. Pure functions, for any thread. */
public final class RingCheck {
  private RingCheck() {}

  /**
   * What keeps these members from being one ideal ring, in words; empty if nothing does. In an
   * ideal ring the identifiers rise once around the circle, each member's first successor is the
   * next member and has the member as its predecessor, and each successor list is the successor's,
   * shifted by one: the next min(r, n - 1) members, and as many more as it takes to reach r
   * daemons.
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
    Set<RingId> seen = new LinkedHashSet<>();
    for (MemberState member : members) {
      if (!seen.add(member.self().id())) {
        problems.add(member.self() + " is there twice");
      }
    }
    int turns = turns(members);
    if (turns > 1) {
      problems.add("the members go " + turns + " times around the circle");
    }
    for (int i = 0; i < members.size(); i++) {
      checkMember(members, i, successorListLength, problems);
    }
    return problems;
  }

  /**
   * How often the way from member to member passes the top of the circle. Looking at three
   * neighbours at a time would miss it.
   */
  private static int turns(List<MemberState> members) {
    int turns = 0;
    for (int i = 0; i < members.size(); i++) {
      RingId next = members.get((i + 1) % members.size()).self().id();
      if (next.compareTo(members.get(i).self().id()) <= 0) {
        turns++;
      }
    }
    return turns;
  }

  private static void checkMember(
      List<MemberState> members, int index, int length, List<String> problems) {
    int size = members.size();
    MemberState member = members.get(index);
    Peer self = member.self();
    @Nullable Peer before = size == 1 ? null : members.get((index + size - 1) % size).self();
    if (before == null ? member.predecessor() != null : !before.equals(member.predecessor())) {
      problems.add(self + " has the predecessor " + member.predecessor() + " instead of " + before);
    }
    List<Peer> expected = new ArrayList<>();
    for (int step = 1; step < size && !Successors.suffices(self, length, expected); step++) {
      expected.add(members.get((index + step) % size).self());
    }
    if (!expected.equals(member.successors())) {
      problems.add(self + " has the successors " + member.successors() + " instead of " + expected);
    }
  }
}
