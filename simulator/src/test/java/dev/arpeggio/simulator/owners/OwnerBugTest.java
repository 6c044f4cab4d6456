package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.OwnerBug;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each planted mistake is seen by a checker that is there for it. */
final class OwnerBugTest {
  private static final int SEEDS = 200;

  private static final Map<OwnerBug, Set<Rule>> SEEN_BY = new EnumMap<>(OwnerBug.class);

  static {
    SEEN_BY.put(OwnerBug.NO_EPOCH_CHECK, EnumSet.of(Rule.FENCED));
    SEEN_BY.put(OwnerBug.EPOCH_CHECKED_AT_TAKEOVER_ONLY, EnumSet.of(Rule.FENCED));
    SEEN_BY.put(OwnerBug.TAKEOVER_WITHOUT_EPOCH, EnumSet.of(Rule.FENCED));
    SEEN_BY.put(OwnerBug.READ_BEFORE_FENCE, EnumSet.of(Rule.GAP_FREE));
    SEEN_BY.put(OwnerBug.CONFIRM_BEFORE_COMMIT, EnumSet.of(Rule.CONFIRMED_IS_STORED));
    SEEN_BY.put(OwnerBug.UNKNOWN_IS_DONE, EnumSet.of(Rule.CONFIRMED_IS_STORED));
    SEEN_BY.put(OwnerBug.FENCED_IS_DONE, EnumSet.of(Rule.CONFIRMED_IS_STORED));
    SEEN_BY.put(OwnerBug.CURSOR_AHEAD_OF_CONSUMERS, EnumSet.of(Rule.CURSOR_TRUE));
    SEEN_BY.put(OwnerBug.CURSOR_NOT_STORED, EnumSet.of(Rule.ACKNOWLEDGED_IS_STORED));
    SEEN_BY.put(OwnerBug.CURSOR_GOES_BACK, EnumSet.of(Rule.ACKNOWLEDGED_IS_STORED));
    SEEN_BY.put(
        OwnerBug.CURSOR_LOST_AT_TAKEOVER,
        EnumSet.of(Rule.ACKNOWLEDGED_STAYS_AWAY, Rule.CURSOR_TRUE));
    SEEN_BY.put(OwnerBug.GAP_KEPT, EnumSet.of(Rule.GAP_FREE, Rule.NO_REPEAT));
    SEEN_BY.put(OwnerBug.DELETE_BEFORE_ALL_HAVE_PASSED, EnumSet.of(Rule.NOTHING_LOST));
    SEEN_BY.put(OwnerBug.DEDUP_LOST_AT_TAKEOVER, EnumSet.of(Rule.NO_REPEAT));
    SEEN_BY.put(OwnerBug.LEASE_TOO_SHORT, EnumSet.of(Rule.LEASE_HELD));
    SEEN_BY.put(OwnerBug.LOST_ANSWER, EnumSet.of(Rule.PROGRESS));
  }

  @ParameterizedTest
  @EnumSource(value = OwnerBug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyMistakeIsSeen(OwnerBug bug) {
    Campaign campaign = new Campaign(bug);
    Optional<Campaign.Found> found = campaign.run(1, SEEDS, (seed, fingerprint) -> {});
    assertTrue(found.isPresent(), bug + " was not seen: " + bug.mistake());
    long seed = found.get().seed();
    Rule rule = found.get().breach().rule();
    System.Logger log = System.getLogger(OwnerBugTest.class.getName());
    log.log(System.Logger.Level.INFO, "{0}: {1} at seed {2}", bug, rule.label(), seed);
    assertTrue(
        SEEN_BY.get(bug).contains(rule), "seed " + seed + ": " + found.get().breach().getMessage());
    assertEquals(
        Optional.empty(),
        OwnersWorld.run(Plan.of(seed, OwnerBug.NONE)).breach(),
        "without the mistake");
  }
}
