package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.arpeggio.queue.OffsetRange;
import org.junit.jupiter.api.Test;

final class LeaseCheckTest {
  private static final OffsetRange FIRST = new OffsetRange(0, 5);
  private static final OffsetRange MIDDLE = new OffsetRange(2, 1);

  private final LeaseCheck leases = new LeaseCheck("default");

  private void delivered(OffsetRange range, long consumer, long now, long until) {
    for (long offset = range.first(); offset < range.end(); offset++) {
      leases.delivered(offset, consumer, now, until);
    }
  }

  @Test
  void aMessageComesBackAfterItsLease() {
    delivered(FIRST, 1, 0, 100);
    assertDoesNotThrow(() -> delivered(FIRST, 2, 100, 200));
  }

  @Test
  void aMessageThatIsLeasedComesToNobodyElse() {
    delivered(FIRST, 1, 0, 100);
    breaks(Rule.LEASE_HELD, () -> delivered(MIDDLE, 2, 99, 199));
  }

  @Test
  void whatIsReleasedComesBackAtOnceAndNothingElse() {
    delivered(FIRST, 1, 0, 100);
    leases.released(MIDDLE, 1);
    delivered(MIDDLE, 2, 10, 110);
    breaks(Rule.LEASE_HELD, () -> delivered(new OffsetRange(3, 1), 2, 10, 110));
  }

  @Test
  void nobodyReleasesWhatAnotherHolds() {
    delivered(FIRST, 1, 0, 100);
    leases.released(MIDDLE, 2);
    breaks(Rule.LEASE_HELD, () -> delivered(MIDDLE, 2, 10, 110));
  }

  @Test
  void allThatAConsumerHoldsComesBackWhenItGoes() {
    delivered(FIRST, 1, 0, 100);
    leases.gone(1);
    assertDoesNotThrow(() -> delivered(FIRST, 2, 10, 110));
  }
}
