package dev.arpeggio.node.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  @Test
  void killsComeAfterAThirdAndTwoThirds() {
    Plan plan = new Plan(120_000);
    assertEquals(2, plan.kills());
    assertEquals(40_000, plan.killAfter(0));
    assertEquals(80_000, plan.killAfter(1));
  }

  @Test
  void aTextTooShortForTwoKillsGetsFewer() {
    assertEquals(0, new Plan(1).kills());
    assertEquals(1, new Plan(2).kills());
    assertEquals(2, new Plan(3).kills());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 12, 13, 100, 99_999, Source.MAX_LINES})
  void everyKillHasALineBeforeItAndOneAfterItThatShowsTheEndOfTheOutage(int lines) {
    Plan plan = new Plan(lines);
    int before = 0;
    for (int kill = 0; kill < plan.kills(); kill++) {
      assertTrue(plan.killAfter(kill) > before, "a line is published before the kill");
      assertTrue(plan.holdAt(kill) >= plan.killAfter(kill), "the kill can be reached");
      int allowed = plan.holdAt(kill) + plan.headStart();
      assertTrue(allowed < plan.holdAt(kill + 1), "lines are left for after the kill");
      before = allowed;
    }
    assertEquals(lines, plan.holdAt(plan.kills()), "in the end all may be sent");
  }

  @Test
  void linesAreDueEvenlyOverTheTime() {
    Plan plan = new Plan(12);
    assertEquals(0, plan.dueNanos(1));
    assertEquals(Plan.PACE.toNanos() / 12, plan.dueNanos(2));
    assertEquals(Plan.PACE.toNanos() / 12 * 11, plan.dueNanos(12));
  }
}
