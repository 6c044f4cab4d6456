package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RingCheckTest {
  @Test
  void idealRingsOfEverySizeHaveNoProblems() {
    for (int size = 1; size <= 8; size++) {
      assertEquals(List.of(), RingCheck.problems(ideal(size), 3));
    }
  }

  @Test
  void whereTheWalkBeganDoesNotMatter() {
    List<MemberState> ring = ideal(5);
    List<MemberState> rotated = new ArrayList<>(ring.subList(2, 5));
    rotated.addAll(ring.subList(0, 2));
    assertEquals(List.of(), RingCheck.problems(rotated, 3));
  }

  @Test
  void aWrongPredecessorIsAProblem() {
    assertBroken(2, new MemberState(peer(2), peer(0), peers(3, 4, 0)));
    assertBroken(2, new MemberState(peer(2), null, peers(3, 4, 0)));
  }

  @Test
  void aWrongFirstSuccessorIsAProblem() {
    assertBroken(2, new MemberState(peer(2), peer(1), peers(4, 0, 1)));
  }

  @Test
  void aListThatIsNoShiftedCopyIsAProblem() {
    assertBroken(2, new MemberState(peer(2), peer(1), peers(3, 4, 1)));
    assertBroken(2, new MemberState(peer(2), peer(1), peers(3, 4)));
    assertBroken(2, new MemberState(peer(2), peer(1), peers(3, 4, 0, 1)));
  }

  @Test
  void twoTurnsAroundTheCircleAreAProblem() {
    // 0 -> 2 -> 4 -> 1 -> 3 -> 0: every pointer agrees with its neighbour's, the order does not.
    int[] order = {0, 2, 4, 1, 3};
    List<MemberState> members = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      members.add(
          new MemberState(
              peer(order[i]),
              peer(order[(i + 4) % 5]),
              peers(order[(i + 1) % 5], order[(i + 2) % 5], order[(i + 3) % 5])));
    }
    assertFalse(RingCheck.problems(members, 3).isEmpty());
  }

  @Test
  void aMemberThatIsThereTwiceIsAProblem() {
    List<MemberState> members = new ArrayList<>(ideal(3));
    members.addAll(ideal(3));
    assertFalse(RingCheck.problems(members, 2).isEmpty());
  }

  @Test
  void noMembersAreAProblem() {
    assertFalse(RingCheck.problems(List.of(), 3).isEmpty());
  }

  private static void assertBroken(int index, MemberState broken) {
    List<MemberState> members = new ArrayList<>(ideal(5));
    members.set(index, broken);
    assertFalse(RingCheck.problems(members, 3).isEmpty());
  }

  private static List<MemberState> ideal(int size) {
    List<MemberState> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<Peer> successors = new ArrayList<>();
      for (int step = 1; step <= Math.min(3, size - 1); step++) {
        successors.add(peer((i + step) % size));
      }
      @Nullable Peer predecessor = size == 1 ? null : peer((i + size - 1) % size);
      members.add(new MemberState(peer(i), predecessor, successors));
    }
    return members;
  }

  private static Peer peer(int index) {
    // Spread over the whole circle, the top bit included.
    return new Peer(new RingId(index * 0x2000_0000_0000_0000L), "test://" + index);
  }

  private static List<Peer> peers(int... indices) {
    return Arrays.stream(indices).mapToObj(RingCheckTest::peer).toList();
  }
}
