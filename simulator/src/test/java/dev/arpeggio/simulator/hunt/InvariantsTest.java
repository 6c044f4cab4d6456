package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each invariant sees the state that breaks it. Rings are on a circle of 64 bits, r is 2. */
final class InvariantsTest {
  private static final int R = 2;

  private final List<Census.Entry> entries = new ArrayList<>();

  @Test
  void nothingIsWrongWithAnIdealRing() {
    assertEquals(
        Set.of(),
        member(10, 20, 30).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20).broken());
  }

  @Test
  void nothingIsWrongWithShortListsAndAnAppendage() {
    member(10, 20, 30).member(20, 30).member(30, 40, 10).member(40, 10, 20);
    // 15 is new: nobody knows it yet.
    assertEquals(Set.of(), member(15, 20, 30).broken());
  }

  @Test
  void i1SeesAMemberWithoutALiveSuccessor() {
    member(10, 15, 18).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("I1"));
  }

  @Test
  void i1SeesAnEmptyList() {
    member(10).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("I1"));
  }

  @Test
  void i2SeesThatTooFewAreUnskipped() {
    member(10, 30, 40).member(20, 30, 40).member(30, 40, 10).member(40, 10, 30);
    assertEquals(Set.of(), broken());
    entries.remove(3);
    member(40, 20, 30);
    assertEquals(Set.of("I2"), broken());
  }

  @Test
  void i2CountsArcsOverTheTopOfTheCircle() {
    member(10, 20, 30).member(20, 30, 40).member(30, 10, 20).member(40, 20, 30);
    // 30 skips 40, and 40 skips 10: 20 and 30 are left.
    assertTrue(broken().contains("I2"));
  }

  @Test
  void d1SeesANodeThatIsListedTwice() {
    member(10, 20, 20).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("D1"));
  }

  @Test
  void d2SeesDisorder() {
    member(10, 30, 20).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("D2"));
  }

  @Test
  void d2SeesAListThatReachesItsOwnNode() {
    member(10, 20, 10).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("D2"));
  }

  @Test
  void d2SeesAListThatIsTooLong() {
    member(10, 20, 30, 40).member(20, 30, 40).member(30, 40, 10).member(40, 10, 20);
    assertTrue(broken().contains("D2"));
  }

  @Test
  void d3SeesAPrincipalOutsideTheRing() {
    // Nobody skips anybody, but the way from 10 ends at 30.
    member(10, 20).member(20, 30).member(30, 35);
    assertTrue(broken().contains("D3"));
  }

  @Test
  void d4SeesThatThereIsNoRing() {
    member(10, 20).member(20, 30).member(30, 35);
    assertTrue(broken().contains("D4"));
  }

  @Test
  void d5SeesTwoRings() {
    member(10, 30).member(20, 40).member(30, 10).member(40, 20);
    assertTrue(broken().contains("D5"));
    assertFalse(broken().contains("D6"));
  }

  @Test
  void d6SeesARingThatGoesTwiceRound() {
    member(10, 30).member(20, 40).member(30, 20).member(40, 10);
    assertTrue(broken().contains("D6"));
    assertFalse(broken().contains("D5"));
  }

  @Test
  void d7SeesAnAppendageThatLeadsNowhere() {
    member(10, 20).member(20, 30).member(30, 10).member(25, 26).member(5, 25);
    assertTrue(broken().contains("D7"));
  }

  @Test
  void listsToComeCountForFailuresToBeAllowed() {
    member(10, 20, 30).member(20, 30, 10).member(30, 10, 20);
    Census now = new Census(entries, List.of());
    assertTrue(Invariants.everyListHasLiveEntry(now));
    assertEquals(3, Invariants.principalCount(now));
    Census soon = new Census(entries, List.of(new Census.Entry(10, new long[] {30})));
    assertEquals(2, Invariants.principalCount(soon));
    Census lost = new Census(entries, List.of(new Census.Entry(10, new long[] {31})));
    assertFalse(Invariants.everyListHasLiveEntry(lost));
  }

  /** The definition of the paper, word for word, in O(N^2 r). */
  @Test
  void principalsAreThoseThatTheDefinitionNames() {
    Random random = new Random(1);
    for (int run = 0; run < 5_000; run++) {
      Set<Long> ids = new TreeSet<>();
      while (ids.size() < 6) {
        ids.add((long) random.nextInt(32));
      }
      List<Census.Entry> lists = new ArrayList<>();
      for (long id : ids) {
        lists.add(new Census.Entry(id, random.longs(random.nextInt(4), 0, 32).toArray()));
      }
      long expected =
          ids.stream().filter(id -> lists.stream().noneMatch(m -> skips(m, id))).count();
      assertEquals(expected, Invariants.principalCount(new Census(lists, List.of())), "run " + run);
    }
  }

  private static boolean skips(Census.Entry member, long id) {
    long from = member.id();
    for (long to : member.successors()) {
      boolean between =
          from == to ? id != from : from < to ? from < id && id < to : id > from || id < to;
      if (between) {
        return true;
      }
      from = to;
    }
    return false;
  }

  private InvariantsTest member(long id, long... successors) {
    entries.add(new Census.Entry(id, successors));
    return this;
  }

  private Set<String> broken() {
    Set<String> rules = new TreeSet<>();
    Invariants.broken(new Census(entries, List.of()), R).forEach(v -> rules.add(v.rule()));
    return rules;
  }
}
