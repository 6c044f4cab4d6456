package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.arpeggio.queue.Sample;
import org.junit.jupiter.api.Test;

final class TurnCheckTest {
  private final TurnCheck check = new TurnCheck("default", false);
  private final TurnCheck byKey = new TurnCheck("default", true);

  private static Sample sample(int key, int priority, long delayMillis) {
    return new Sample("p0-0", key, priority, delayMillis, 0, "");
  }

  private static Sample ofKey(int key) {
    return sample(key, 0, 0);
  }

  private static Sample of(int priority) {
    return sample(0, priority, 0);
  }

  @Test
  void firstDeliveriesComeInOrder() {
    check.delivered(3, ofKey(1));
    breaks(Rule.DELIVERED_IN_ORDER, () -> check.delivered(2, ofKey(2)));
  }

  @Test
  void whatComesAgainHasNoTurn() {
    check.delivered(3, ofKey(0));
    check.delivered(4, ofKey(0));
    assertDoesNotThrow(() -> check.delivered(3, ofKey(0)));
  }

  @Test
  void whereKeysAreSharedOutEachKeyHasItsTurns() {
    byKey.delivered(3, ofKey(1));
    assertDoesNotThrow(() -> byKey.delivered(2, ofKey(2)));
    breaks(Rule.DELIVERED_IN_ORDER, () -> byKey.delivered(1, ofKey(2)));
  }

  @Test
  void eachPriorityHasItsTurns() {
    check.delivered(3, of(5));
    assertDoesNotThrow(() -> check.delivered(2, of(4)));
    breaks(Rule.DELIVERED_IN_ORDER, () -> check.delivered(1, of(4)));
  }

  @Test
  void whatWasDelayedComesLate() {
    check.delivered(3, of(0));
    assertDoesNotThrow(() -> check.delivered(2, sample(0, 0, 100)));
  }

  @Test
  void nothingOvertakesAHigherPriorityThatTheOwnerHasConfirmed() {
    check.confirmed(7, of(5));
    breaks(Rule.HIGHER_FIRST, () -> check.delivered(1, of(4)));
    check.delivered(7, of(5));
    assertDoesNotThrow(() -> check.delivered(1, of(4)));
    check.confirmed(7, of(5));
    assertDoesNotThrow(() -> check.delivered(2, of(4)), "the confirmation of a repeat");
  }

  @Test
  void whatIsDelayedOrOfAnotherKeyMayBeOvertaken() {
    check.confirmed(7, sample(0, 5, 100));
    byKey.confirmed(7, of(5));
    assertDoesNotThrow(() -> check.delivered(1, of(4)));
    assertDoesNotThrow(() -> byKey.delivered(1, of(4)));
  }
}
