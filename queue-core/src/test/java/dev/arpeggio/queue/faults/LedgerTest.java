package dev.arpeggio.queue.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.faults.Ledger.Item;
import dev.arpeggio.queue.faults.Ledger.Violation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ledger notices everything that it is there to notice, and nothing else. */
class LedgerTest {
  private final Ledger ledger = new Ledger();

  private static Item item(int producer, long sequence) {
    return new Item(producer, sequence);
  }

  private void send(int producer, int count) {
    for (int i = 0; i < count; i++) {
      ledger.sent(item(producer, i));
    }
  }

  private void assertOnly(Violation expected, int times) {
    ledger.close();
    for (Violation violation : Violation.values()) {
      assertEquals(
          violation == expected ? times : 0, ledger.count(violation), violation.toString());
    }
    assertEquals(times, ledger.violations().size());
  }

  @Test
  void aWholeRunWithRedeliveriesAndRepeatedConfirmationsIsClean() {
    send(0, 2);
    send(1, 1);
    Stream.of(item(0, 0), item(1, 0), item(0, 1), item(0, 1)).forEach(ledger::confirmed);
    ledger.delivered(0, item(0, 0));
    ledger.delivered(1, item(1, 0));
    ledger.delivered(0, item(0, 0));
    assertFalse(ledger.isSettled());
    ledger.delivered(2, item(0, 1));
    ledger.acknowledged(new OffsetRange(0, 3));
    assertTrue(ledger.isSettled());
    assertEquals(1, ledger.redeliveredMessages());
    assertOnly(Violation.LOST, 0);
    assertEquals(List.of(), ledger.violations());
  }

  @Test
  void aConfirmedMessageThatNeverArrivesIsLost() {
    send(0, 2);
    ledger.confirmed(item(0, 0));
    ledger.confirmed(item(0, 1));
    ledger.delivered(0, item(0, 0));
    assertOnly(Violation.LOST, 1);
  }

  @Test
  void aMessageThatNobodySentIsInvented() {
    send(0, 1);
    ledger.delivered(0, item(0, 0));
    ledger.delivered(1, item(0, 1));
    ledger.delivered(1, item(7, 0));
    assertOnly(Violation.INVENTED, 2);
  }

  @Test
  void aSecondOffsetAndASecondMessageAreDoubles() {
    send(0, 2);
    ledger.delivered(0, item(0, 0));
    ledger.delivered(1, item(0, 1));
    ledger.delivered(0, item(0, 1));
    // Both at once: the message is elsewhere, and another one is here.
    assertOnly(Violation.DOUBLED, 2);
  }

  @Test
  void aRepeatThatWasStoredAgainIsADouble() {
    send(0, 1);
    ledger.delivered(0, item(0, 0));
    ledger.delivered(1, item(0, 0));
    assertEquals(1, ledger.count(Violation.DOUBLED));
  }

  @Test
  void aLaterOneBeforeAnEarlierOneIsOutOfOrder() {
    send(0, 2);
    ledger.delivered(0, item(0, 1));
    assertOnly(Violation.OUT_OF_ORDER, 1);
  }

  @Test
  void aSkippedOffsetIsOutOfOrder() {
    send(0, 1);
    ledger.delivered(1, item(0, 0));
    assertOnly(Violation.OUT_OF_ORDER, 1);
  }

  @Test
  void anAcknowledgedMessageMustNotComeBack() {
    send(0, 1);
    ledger.delivered(0, item(0, 0));
    ledger.acknowledged(new OffsetRange(0, 1));
    ledger.delivered(0, item(0, 0));
    assertOnly(Violation.CAME_BACK, 1);
  }
}
