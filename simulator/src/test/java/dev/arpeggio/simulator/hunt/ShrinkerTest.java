package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A schedule that breaks a rule becomes small, still breaks it, and survives its file. */
final class ShrinkerTest {
  private static final Planner.Options OPTIONS =
      new Planner.Options(
          4, 20, 2, 5, List.of(RunClass.values()), List.of(Pacing.values()), Mutant.NO_PADDING);

  @Test
  void aFewActionsAndNodesAreLeftAndNoneOfThemCanBeSpared() {
    Campaign.Found found = new Campaign(OPTIONS).run(1, 50, seed -> {}).orElseThrow();
    Shrinker.Result result = Shrinker.shrink(found.schedule(), found.outcome(), 1_000);
    Schedule small = result.schedule();
    Optional<String> rule = rule(found.outcome());
    assertEquals(rule, rule(World.run(small, Trace.NONE)));
    assertTrue(small.actions().size() <= 4, small.toString());
    assertTrue(small.members().size() <= found.schedule().members().size(), small.toString());
    for (int i = 0; i < small.actions().size(); i++) {
      List<Schedule.Timed> fewer = new ArrayList<>(small.actions());
      fewer.remove(i);
      assertTrue(
          !rule.equals(rule(World.run(small.withActions(fewer), Trace.NONE))),
          "action " + i + " could be spared");
    }
    Schedule read = ScheduleText.read(ScheduleText.write(small, "from a file"));
    assertEquals(result.outcome().fingerprint(), World.run(read, Trace.NONE).fingerprint());
  }

  @Test
  void theNumberOfRunsIsBounded() {
    Campaign.Found found = new Campaign(OPTIONS).run(1, 50, seed -> {}).orElseThrow();
    Shrinker.Result result = Shrinker.shrink(found.schedule(), found.outcome(), 3);
    assertEquals(3, result.runs());
    assertEquals(rule(found.outcome()), rule(result.outcome()));
  }

  private static Optional<String> rule(World.Outcome outcome) {
    return outcome.violation().map(Violation::rule);
  }
}
