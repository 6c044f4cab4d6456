package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Mutant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each planted mistake is found within so many seeds, and the protocol as it is passes them. */
final class MutantTest {
  @ParameterizedTest
  @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyMistakeIsFound(Mutant mutant) {
    boolean rare = mutant == Mutant.FAREWELL_LEAVES_GAP;
    Planner.Options options =
        rare
            ? new Planner.Options(4, 20, 2, 5, List.of(RunClass.PROOF), mutant)
            : new Planner.Options(4, 20, 2, 5, List.of(RunClass.values()), mutant);
    // The rare one needs a full list before a short one at a farewell: seed 671 is the first of
    // all, which takes a minute to reach.
    long first = rare ? 671 : 1;
    Campaign campaign = new Campaign(options);
    Optional<Campaign.Found> found = campaign.run(first, first + 199, seed -> {});
    assertTrue(found.isPresent(), mutant + " was not found: " + mutant.mistake());
    Schedule schedule = found.get().schedule();
    assertEquals(
        Optional.empty(),
        World.run(schedule.withMutant(Mutant.NONE), Trace.NONE).violation(),
        "without the mistake");
  }
}
