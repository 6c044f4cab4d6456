package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.OwnerBug;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each planted mistake is seen by a checker that is there for it. */
final class OwnerBugTest {
  private static final int SEEDS = 100;

  private static Set<Rule> whoSees(OwnerBug bug) {
    return switch (bug) {
      case NONE -> EnumSet.noneOf(Rule.class);
      case NO_EPOCH_CHECK, EPOCH_CHECKED_AT_TAKEOVER_ONLY, TAKEOVER_WITHOUT_EPOCH ->
          EnumSet.of(Rule.FENCED);
      case CONFIRM_BEFORE_COMMIT, UNKNOWN_IS_DONE, FENCED_IS_DONE ->
          EnumSet.of(Rule.CONFIRMED_IS_STORED, Rule.ACKNOWLEDGED_IS_STORED);
      // The partition notices itself that what it reads cannot be.
      case READ_BEFORE_FENCE -> EnumSet.of(Rule.GAP_FREE, Rule.NO_BUG);
      case GAP_KEPT -> EnumSet.of(Rule.GAP_FREE);
      case CURSOR_AHEAD_OF_CONSUMERS -> EnumSet.of(Rule.CURSOR_TRUE);
      case CURSOR_NOT_STORED, CURSOR_GOES_BACK -> EnumSet.of(Rule.ACKNOWLEDGED_IS_STORED);
      case CURSOR_LOST_AT_TAKEOVER -> EnumSet.of(Rule.ACKNOWLEDGED_STAYS_AWAY, Rule.CURSOR_TRUE);
      case DELETE_BEFORE_ALL_HAVE_PASSED -> EnumSet.of(Rule.NOTHING_LOST);
      case DEDUP_LOST_AT_TAKEOVER -> EnumSet.of(Rule.NO_REPEAT);
      case LEASE_TOO_SHORT -> EnumSet.of(Rule.LEASE_HELD);
      case KEYS_IGNORED -> EnumSet.of(Rule.KEY_WITH_ONE, Rule.KEY_IN_ORDER);
      case EVERYBODY_ACTIVE -> EnumSet.of(Rule.ONE_ACTIVE);
      case PRIORITIES_IGNORED -> EnumSet.of(Rule.HIGHER_FIRST);
      case DELAYS_IGNORED -> EnumSet.of(Rule.NOT_BEFORE_ITS_TIME);
      case EXPIRES_EARLY -> EnumSet.of(Rule.CURSOR_TRUE, Rule.NOTHING_LOST);
      case RETAINED_TOO_SHORT, TOO_FEW_OF_EACH_KEY -> EnumSet.of(Rule.RETAINED);
      case MOVED_WHEN_SENT -> EnumSet.of(Rule.CURSOR_TRUE, Rule.NOTHING_LOST);
      case MOVED_AS_ANOTHER -> EnumSet.of(Rule.MOVED_ONCE);
      case LOST_ANSWER -> EnumSet.of(Rule.PROGRESS);
    };
  }

  @ParameterizedTest
  @EnumSource(value = OwnerBug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyMistakeIsSeen(OwnerBug bug) {
    Campaign campaign = new Campaign(bug);
    Optional<Campaign.Found> found = campaign.run(1, SEEDS, (seed, fingerprint) -> {});
    assertTrue(found.isPresent(), bug + " was not seen: " + bug.mistake());
    long seed = found.get().seed();
    Rule rule = found.get().breach().rule();
    assertTrue(
        whoSees(bug).contains(rule), "seed " + seed + ": " + found.get().breach().getMessage());
    assertEquals(
        Optional.empty(),
        OwnersWorld.run(Plan.of(seed, OwnerBug.NONE)).breach(),
        "without the mistake");
  }
}
