package dev.arpeggio.node.cli.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The judge sees each kind of mistake, and only that. */
class ExactnessTest {
  private final Exactness exactness = new Exactness(2);

  ExactnessTest() {
    for (int i = 0; i < 3; i++) {
      for (int key = 0; key < 2; key++) {
        exactness.confirmed(key, exactness.send(key));
      }
    }
  }

  @Test
  void keysInAnyOrderAndEachInItsOwnArePerfect() {
    deliver(0, 0, 1);
    deliver(1, 0, 1, 2);
    assertFalse(exactness.isComplete());
    deliver(0, 2);
    assertTrue(exactness.isComplete());
    assertTrue(exactness.verdict().perfect());
    assertEquals(6, exactness.verdict().delivered());
  }

  @Test
  void whatIsLostIsSeen() {
    deliver(0, 0, 1, 2);
    deliver(1, 0, 2);
    assertEquals(1, exactness.verdict().lost());
    assertFalse(exactness.verdict().perfect());
  }

  @Test
  void whatWasNeverConfirmedMayBeMissing() {
    exactness.send(0);
    deliver(0, 0, 1, 2);
    deliver(1, 0, 1, 2);
    assertTrue(exactness.verdict().perfect());
  }

  @Test
  void whatIsOutOfOrderIsSeen() {
    deliver(0, 0, 2, 1);
    deliver(1, 0, 1, 2);
    assertEquals(1, exactness.verdict().outOfOrder());
    assertFalse(exactness.verdict().perfect());
  }

  @Test
  void whatComesTwiceIsSeenUnlessItSaysSo() {
    deliver(0, 0, 1, 2, 1);
    deliver(1, 0, 1, 2);
    exactness.delivered(1, 0, true);
    assertEquals(1, exactness.verdict().duplicates());
    assertEquals(1, exactness.verdict().redelivered());
    assertEquals(0, exactness.verdict().outOfOrder());
    assertFalse(exactness.verdict().perfect());
  }

  @Test
  void whatWasNeverSentIsSeen() {
    deliver(0, 0, 1, 2, 3);
    deliver(1, 0, 1, 2);
    exactness.delivered(7, 0, false);
    assertEquals(2, exactness.verdict().unknown());
    assertFalse(exactness.verdict().perfect());
  }

  @Test
  void aSendThatFailsIsSeen() {
    deliver(0, 0, 1, 2);
    deliver(1, 0, 1, 2);
    exactness.failed();
    assertFalse(exactness.verdict().perfect());
  }

  private void deliver(int key, int... sequences) {
    for (int sequence : sequences) {
      exactness.delivered(key, sequence, false);
    }
  }
}
