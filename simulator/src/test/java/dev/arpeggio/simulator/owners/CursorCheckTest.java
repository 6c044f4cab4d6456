package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CursorCheckTest {
  private static final long EXPIRED = 30;

  private final CursorCheck cursor = new CursorCheck("default", offset -> offset == EXPIRED);

  @Test
  void whatConsumersAcknowledgeIsStoredConfirmedAndDeleted() {
    cursor.acknowledging(new OffsetRange(0, 3));
    cursor.acknowledging(new OffsetRange(5, 2));
    cursor.stored(3, List.of(new OffsetRange(5, 2)), 0);
    cursor.confirmed(new OffsetRange(0, 3), 0);
    cursor.confirmed(new OffsetRange(5, 2), 0);
    cursor.trimmed(0, 3);
    assertTrue(cursor.isConfirmed(6));
    assertFalse(cursor.isConfirmed(3));
    assertEquals(3, cursor.passed(0));
    assertTrue(cursor.hasPassed(5, 0));
    assertTrue(cursor.hasPassed(3, 4), "deleted");
  }

  @Test
  void whatNobodyAcknowledgedMayNotBeStored() {
    cursor.acknowledging(new OffsetRange(0, 3));
    breaks(Rule.CURSOR_TRUE, () -> cursor.stored(4, List.of(), 0));
  }

  @Test
  void whatWasDeletedBeforeTheSubscriptionBeganCountsAsAcknowledged() {
    cursor.stored(7, List.of(), 7);
    assertEquals(7, cursor.passed(7));
  }

  @Test
  void whatIsStoredAsAcknowledgedStaysSo() {
    cursor.acknowledging(new OffsetRange(0, 3));
    cursor.stored(3, List.of(), 0);
    breaks(Rule.CURSOR_TRUE, () -> cursor.stored(2, List.of(), 0));
  }

  @Test
  void aConfirmedAcknowledgementHasToBeStored() {
    cursor.acknowledging(new OffsetRange(0, 3));
    cursor.stored(2, List.of(), 0);
    breaks(Rule.ACKNOWLEDGED_IS_STORED, () -> cursor.confirmed(new OffsetRange(0, 3), 0));
  }

  @Test
  void nothingMayBeDeletedThatASubscriptionHasNotPassed() {
    cursor.acknowledging(new OffsetRange(0, 3));
    cursor.stored(0, List.of(), 0);
    breaks(Rule.NOTHING_LOST, () -> cursor.trimmed(0, 4));
  }

  @Test
  void nothingMayBeTakenOutThatASubscriptionHasNotPassed() {
    cursor.acknowledging(new OffsetRange(1, 1));
    cursor.stored(0, List.of(), 0);
    cursor.removed(1, false);
    breaks(Rule.NOTHING_LOST, () -> cursor.removed(2, false));
  }

  @Test
  void whatWasTakenOutBeforeTheSubscriptionBeganCountsAsPassed() {
    cursor.removed(0, false);
    cursor.stored(1, List.of(), 0);
    cursor.trimmed(0, 1);
    assertEquals(1, cursor.passed(0));
    assertTrue(cursor.hasPassed(0, 0));
  }

  @Test
  void theOwnerAcknowledgesByItselfOnlyWhatNeedsNobody() {
    cursor.stored(0, List.of(new OffsetRange(EXPIRED, 1)), 0);
    breaks(Rule.CURSOR_TRUE, () -> cursor.stored(0, List.of(new OffsetRange(EXPIRED, 2)), 0));
  }

  @Test
  void whatIsUnwantedMayBeTakenOutUnacknowledged() {
    cursor.stored(0, List.of(), 0);
    cursor.removed(0, true);
    breaks(Rule.NOTHING_LOST, () -> cursor.removed(1, false));
  }

  @Test
  void whatIsStoredToBeOnItsWayElsewhereNeedsNoAcknowledgement() {
    cursor.stored(0, List.of(), 0);
    cursor.moving(List.of(new OffsetRange(2, 1)));
    assertDoesNotThrow(() -> cursor.confirmed(new OffsetRange(2, 1), 0));
    breaks(Rule.ACKNOWLEDGED_IS_STORED, () -> cursor.confirmed(new OffsetRange(3, 1), 0));
    cursor.moving(List.of());
    breaks(Rule.ACKNOWLEDGED_IS_STORED, () -> cursor.confirmed(new OffsetRange(2, 1), 0));
  }
}
