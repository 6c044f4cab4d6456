package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.arpeggio.queue.OffsetRange;
import org.junit.jupiter.api.Test;

final class LeaseCheckTest {
  private static final OffsetRange FIRST = new OffsetRange(0, 5);
  private static final OffsetRange MIDDLE = new OffsetRange(2, 1);

  private final LeaseCheck leases = new LeaseCheck("default");

  @Test
  void aMessageComesBackAfterItsLease() {
    leases.delivered(FIRST, 1, 0, 100);
    assertDoesNotThrow(() -> leases.delivered(FIRST, 2, 100, 200));
  }

  @Test
  void aMessageThatIsLeasedComesToNobodyElse() {
    leases.delivered(FIRST, 1, 0, 100);
    breaks(Rule.LEASE_HELD, () -> leases.delivered(MIDDLE, 2, 99, 199));
  }

  @Test
  void whatIsReleasedComesBackAtOnceAndNothingElse() {
    leases.delivered(FIRST, 1, 0, 100);
    leases.released(MIDDLE, 1);
    leases.delivered(MIDDLE, 2, 10, 110);
    breaks(Rule.LEASE_HELD, () -> leases.delivered(new OffsetRange(3, 1), 2, 10, 110));
  }

  @Test
  void nobodyReleasesWhatAnotherHolds() {
    leases.delivered(FIRST, 1, 0, 100);
    leases.released(MIDDLE, 2);
    breaks(Rule.LEASE_HELD, () -> leases.delivered(MIDDLE, 2, 10, 110));
  }

  @Test
  void allThatAConsumerHoldsComesBackWhenItGoes() {
    leases.delivered(FIRST, 1, 0, 100);
    leases.gone(1);
    assertDoesNotThrow(() -> leases.delivered(FIRST, 2, 10, 110));
  }

  @Test
  void firstDeliveriesComeInOrder() {
    leases.delivered(new OffsetRange(3, 2), 1, 0, 100);
    breaks(Rule.DELIVERED_IN_ORDER, () -> leases.delivered(MIDDLE, 1, 0, 100));
  }
}
