package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.arpeggio.queue.Sample;
import org.junit.jupiter.api.Test;

final class TurnCheckTest {
  private final TurnCheck check = new TurnCheck("default", false);
  private final TurnCheck byKey = new TurnCheck("default", true);

  private static Sample ofKey(int key) {
    return new Sample("p0-0", key, 0, 0, 0, "");
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
}
