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
  private static final int SEEDS = 1_000;

  @ParameterizedTest
  @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyMistakeIsFound(Mutant mutant) {
    Planner.Options options =
        new Planner.Options(
            4, 20, 2, 5, List.of(RunClass.values()), List.of(Pacing.values()), mutant);
    Optional<Campaign.Found> found = new Campaign(options).run(1, SEEDS, seed -> {});
    assertTrue(found.isPresent(), mutant + " was not found: " + mutant.mistake());
    Schedule schedule = found.get().schedule();
    assertEquals(
        Optional.empty(),
        World.run(schedule.withMutant(Mutant.NONE), Trace.NONE).violation(),
        "without the mistake");
  }
}
