package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Mutant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hunt that every build goes on, of about a minute. */
final class CampaignTest {
  private static final int SEEDS = 5_000;

  @Test
  void theProtocolBreaksNoRuleAndEveryFaultHappened() {
    Campaign campaign = new Campaign(options(RunClass.values()));
    assertEquals(Optional.empty(), campaign.run(1, SEEDS, seed -> {}));
    assertEquals(Set.of(), campaign.missing());
    assertEquals(SEEDS, campaign.runs());
  }

  @Test
  void faultsThatNeverHappenedAreNamed() {
    Campaign campaign = new Campaign(options(RunClass.HEALING));
    assertEquals(Optional.empty(), campaign.run(1, 1, seed -> {}));
    assertFalse(campaign.missing().isEmpty());
  }

  @Test
  void oneScheduleHasOneCourse() {
    for (long seed = 1; seed <= 15; seed++) {
      Schedule schedule = Planner.plan(options(RunClass.values()), seed);
      World.Outcome first = World.run(schedule, Trace.NONE);
      World.Outcome second = World.run(schedule, Trace.NONE);
      assertEquals(first.fingerprint(), second.fingerprint(), "seed " + seed);
      assertEquals(first.events(), second.events(), "seed " + seed);
    }
  }

  @Test
  void withinTheAssumptionsNothingIsLostAndNoCallTimesOutOnTheLiving() {
    Campaign campaign = new Campaign(options(RunClass.PROOF, RunClass.BUDGET));
    assertEquals(Optional.empty(), campaign.run(1, 40, seed -> {}));
    for (Fault fault :
        List.of(Fault.DROP, Fault.PARTITION, Fault.ONE_WAY, Fault.PAUSE, Fault.FALSE_FAILURE)) {
      assertEquals(0, campaign.tally().of(fault), fault.name());
    }
    assertTrue(campaign.tally().of(Fault.CRASH) > 0);
  }

  private static Planner.Options options(RunClass... classes) {
    return new Planner.Options(
        4, 20, 2, 5, List.of(classes), List.of(Pacing.values()), Mutant.NONE);
  }
}
