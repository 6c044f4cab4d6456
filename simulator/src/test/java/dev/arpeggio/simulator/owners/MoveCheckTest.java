package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class MoveCheckTest {
  private final MoveCheck check = new MoveCheck(2);

  @Test
  void aMessageIsMovedWhenItWasDeliveredOftenEnough() {
    check.delivered("default", 4);
    assertFalse(check.mayGo("default", 4));
    breaks(Rule.MOVED_WITH_REASON, () -> check.arrived("default", 4));
    check.delivered("default", 4);
    assertTrue(check.mayGo("default", 4));
    check.arrived("default", 4);
    assertTrue(check.hasArrived("default", 4));
  }

  @Test
  void aMessageIsMovedWhenAConsumerRejectsIt() {
    check.rejecting("default", 4);
    assertDoesNotThrow(() -> check.arrived("default", 4));
  }

  @Test
  void aMessageIsMovedOnceForEachSubscription() {
    check.rejecting("default", 4);
    check.rejecting("audit", 4);
    check.arrived("default", 4);
    breaks(Rule.MOVED_ONCE, () -> check.arrived("default", 4));
    assertFalse(check.hasArrived("audit", 4));
    assertDoesNotThrow(() -> check.arrived("audit", 4));
  }

  @Test
  void withoutALimitOnlyAWordFromAConsumerMoves() {
    var patient = new MoveCheck(0);
    patient.delivered("default", 4);
    breaks(Rule.MOVED_WITH_REASON, () -> patient.arrived("default", 4));
  }
}
