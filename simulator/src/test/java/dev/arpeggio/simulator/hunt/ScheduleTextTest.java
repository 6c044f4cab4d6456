package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.chord.Mutant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Schedules survive being written down, and nothing else is taken for one. */
final class ScheduleTextTest {
  private static final Planner.Options ALL =
      new Planner.Options(
          4, 20, 2, 5, List.of(RunClass.values()), List.of(Pacing.values()), Mutant.NO_PADDING);

  @Test
  void whatWasWrittenIsRead() {
    for (long seed = 1; seed <= 200; seed++) {
      Schedule schedule = Planner.plan(ALL, seed);
      assertEquals(schedule, ScheduleText.read(ScheduleText.write(schedule, "a\nremark")));
    }
  }

  @Test
  void anEditedScheduleIsRefused() {
    String text = ScheduleText.write(Planner.plan(ALL, 1), "remark");
    assertNotNull(ScheduleText.read(text));
    refused(text.replaceFirst("successors \\d", "successors 9"));
    refused(text.substring(0, text.length() / 2));
    refused(text.replaceFirst("schedule 2", "schedule 1"));
    refused(text.replaceFirst("pace [a-z]+", "pace slow"));
    refused(text + "at 1 us crash 1\n");
    refused("");
    refused("some other file\n");
  }

  @Test
  void nonsenseIsRefusedEvenWithARightHash() {
    Schedule plan = Planner.plan(ALL, 1);
    refused(ScheduleText.write(plan.withSuccessors(0), "r of 0"));
    refused(ScheduleText.write(plan.withMembers(List.of(9999)), "too large a number"));
    refused(ScheduleText.write(plan.withDuration(-1), "before the beginning"));
    refused(ScheduleText.write(plan.withMembers(List.of()), "nobody"));
    refused(
        ScheduleText.write(
            plan.withSuccessors(plan.members().size()), "as many successors as nodes"));
  }

  private static void refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> ScheduleText.read(text));
  }
}
