package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.Sample;
import org.junit.jupiter.api.Test;

final class KeyCheckTest {
  private static final long LEASE = 100;
  private static final long REMOVED = 50;
  private static final long EXPIRED = 60;

  private final KeyCheck check =
      new KeyCheck("default", offset -> offset == REMOVED, offset -> offset == EXPIRED);

  private void delivered(long offset, int key, long consumer, long now) {
    delivered(offset, key, 0, consumer, now);
  }

  private void delivered(long offset, int key, int priority, long consumer, long now) {
    var sample = new Sample("p0-" + offset, key, priority, 0, 0, "");
    check.delivered(offset, sample, consumer, now, now + LEASE);
  }

  private static OffsetRange only(long offset) {
    return new OffsetRange(offset, 1);
  }

  @Test
  void aKeyIsWithOneConsumerAtATime() {
    delivered(0, 1, 7, 0);
    delivered(1, 1, 7, 0);
    breaks(Rule.KEY_WITH_ONE, () -> delivered(2, 1, 8, 50));
  }

  @Test
  void otherKeysAndMessagesWithoutOneAreWithAnybody() {
    delivered(0, 1, 7, 0);
    assertDoesNotThrow(() -> delivered(1, 2, 8, 0));
    assertDoesNotThrow(() -> delivered(2, 0, 8, 0));
    assertDoesNotThrow(() -> delivered(3, 0, 7, 0));
  }

  @Test
  void aKeyGoesToAnotherConsumerOnceAllOfItIsAcknowledgedOrItsLeasesAreOver() {
    delivered(0, 1, 7, 0);
    check.acknowledged(only(0));
    delivered(1, 1, 8, 10);
    assertDoesNotThrow(() -> delivered(2, 1, 7, 10 + LEASE));
  }

  @Test
  void nothingPassesByWhatCameBack() {
    delivered(0, 1, 7, 0);
    check.released(only(0), 7);
    breaks(Rule.KEY_IN_ORDER, () -> delivered(1, 1, 7, 10));
    check.acknowledged(only(1));
    delivered(0, 1, 8, 20);
    assertDoesNotThrow(() -> delivered(1, 1, 8, 20));
  }

  @Test
  void nothingPassesByWhatItsConsumerLeftBehind() {
    delivered(0, 1, 7, 0);
    check.gone(7);
    breaks(Rule.KEY_IN_ORDER, () -> delivered(1, 1, 8, 10));
  }

  @Test
  void aHigherPriorityPassesBy() {
    delivered(0, 1, 7, 0);
    check.released(only(0), 7);
    assertDoesNotThrow(() -> delivered(1, 1, 5, 7, 10));
  }

  @Test
  void nobodyReleasesWhatAnotherHolds() {
    delivered(0, 1, 7, 0);
    check.released(only(0), 8);
    breaks(Rule.KEY_WITH_ONE, () -> delivered(1, 1, 8, 10));
  }

  @Test
  void whatIsGoneFromTheLogHoldsNoKey() {
    delivered(REMOVED, 1, 7, 0);
    assertDoesNotThrow(() -> delivered(70, 1, 8, 10));
  }

  @Test
  void whatWillNotComeAgainIsPassedBy() {
    delivered(EXPIRED, 1, 7, 0);
    check.released(only(EXPIRED), 7);
    assertDoesNotThrow(() -> delivered(70, 1, 8, 10));
  }
}
