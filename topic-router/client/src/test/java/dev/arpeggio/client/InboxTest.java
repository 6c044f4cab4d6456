package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a message is said while it is held, and once. */
class InboxTest {
  private final Inbox inbox = new Inbox(new CreditBudget(100));

  private void deliver(long offset) {
    deliver(offset, Instant.EPOCH);
  }

  private void deliver(long offset, Instant published) {
    inbox.deliver(message(offset, published));
  }

  private static ReceivedMessage message(long offset, Instant published) {
    return new ReceivedMessage("t", 0, offset, 0, published, Message.of("x"));
  }

  private static ReceivedMessage message(long offset) {
    return message(offset, Instant.EPOCH);
  }

  @Test
  void anAcknowledgementTakesBackWhatWasNotSaidYet() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.extend(message(0), Duration.ofSeconds(1)));
    assertTrue(inbox.acknowledge(message(0)));
    assertFalse(inbox.errandsDue());
    assertEquals(1, inbox.takeUnsent().size());
  }

  @Test
  void aNewDeliveryTakesBackWhatWasNotSaidOfTheLast() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.retry(message(0), Optional.empty()));
    deliver(0);
    assertFalse(inbox.errandsDue());
    assertEquals(0, inbox.take().offset());
  }

  @Test
  void theEndOfAStreamTakesBackWhatWasNotSaidOnIt() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.reject(message(0), "bad"));
    inbox.streamAttached();
    assertEquals(List.of(), inbox.takeErrands());
  }

  @Test
  void whatWasHeldOfATopicThatIsGoneIsNotTakenForAMessageOfTheNext() {
    deliver(0, Instant.ofEpochSecond(1));
    ReceivedMessage former = inbox.take();
    inbox.forgetAll();
    deliver(0, Instant.ofEpochSecond(2));
    ReceivedMessage later = inbox.take();

    assertFalse(inbox.acknowledge(former));
    assertTrue(inbox.acknowledge(later));
  }

  @Test
  void whatIsMoreUrgentIsHandedOutBeforeWhatCameFirst() {
    for (int priority : new int[] {0, 5, 0, 9, 5}) {
      long offset = inbox.occupied();
      inbox.deliver(
          new ReceivedMessage(
              "t", 0, offset, 0, Instant.EPOCH, Message.of("x").withPriority(priority)));
    }
    List<Long> offsets = new ArrayList<>();
    while (inbox.hasQueued()) {
      offsets.add(inbox.take().offset());
    }
    assertEquals(List.of(3L, 1L, 4L, 0L, 2L), offsets);
  }

  @Test
  void whatThereIsNoRoomForGoesBackUnseen() {
    CreditBudget budget = new CreditBudget(4);
    budget.addPartitions(2);
    Inbox full = new Inbox(budget);
    Inbox other = new Inbox(budget);
    for (long offset = 0; offset < 6; offset++) {
      full.deliver(message(offset));
    }
    assertEquals(4, full.occupied());
    assertEquals(
        List.of(new Errands.Release(List.of(new OffsetRanges.Range(4, 6)))), full.takeErrands());

    // Its own share is for it, whatever others hold.
    for (long offset = 0; offset < 6; offset++) {
      other.deliver(message(offset));
    }
    assertEquals(2, other.occupied());
    assertEquals(
        List.of(new Errands.Release(List.of(new OffsetRanges.Range(2, 6)))), other.takeErrands());

    full.acknowledge(full.take());
    full.acknowledge(full.take());
    full.acknowledge(full.take());
    other.deliver(message(6));
    assertEquals(3, other.occupied());
  }

  @Test
  void nothingIsHeldAfterTheSubscriptionWasMoved() {
    deliver(0);
    deliver(1);
    inbox.take();
    inbox.acknowledge(message(0));
    OffsetRanges watched = inbox.watchUnconfirmed();
    inbox.forgetAll();
    assertTrue(watched.isEmpty());
    assertEquals(0, inbox.occupied());
    assertEquals(0, inbox.unconfirmed());
    deliver(0);
    assertTrue(inbox.hasQueued());
  }
}
