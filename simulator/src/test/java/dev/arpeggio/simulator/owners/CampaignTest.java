package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.OwnerBug;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hunt that every build goes on. */
final class CampaignTest {
  private static final int SEEDS = 300;

  @Test
  void noPromiseIsBrokenAndEveryFaultHappened() {
    Campaign campaign = new Campaign(OwnerBug.NONE);
    assertEquals(Optional.empty(), campaign.run(1, SEEDS, (seed, fingerprint) -> {}));
    assertEquals(Set.of(), campaign.missing());
    assertEquals(SEEDS, campaign.runs());
  }

  @Test
  void oneSeedHasOneCourse() {
    for (long seed = 1; seed <= 10; seed++) {
      OwnersWorld.Outcome first = OwnersWorld.run(Plan.of(seed, OwnerBug.NONE));
      OwnersWorld.Outcome second = OwnersWorld.run(Plan.of(seed, OwnerBug.NONE));
      assertEquals(first.fingerprint(), second.fingerprint(), "seed " + seed);
      assertEquals(first.events(), second.events(), "seed " + seed);
    }
  }
}
