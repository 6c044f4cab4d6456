package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a message is said while it is held, and once. */
class InboxTest {
  private final Inbox inbox = new Inbox();

  private void deliver(long offset) {
    inbox.deliver(new ReceivedMessage(0, offset, 0, Instant.EPOCH, Message.of("x")));
  }

  @Test
  void anAcknowledgementTakesBackWhatWasNotSaidYet() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.extend(0, Duration.ofSeconds(1)));
    assertTrue(inbox.acknowledge(0));
    assertFalse(inbox.errandsDue());
    assertEquals(1, inbox.takeUnsent().size());
  }

  @Test
  void aNewDeliveryTakesBackWhatWasNotSaidOfTheLast() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.retry(0, Optional.empty()));
    deliver(0);
    assertFalse(inbox.errandsDue());
    assertEquals(0, inbox.take().offset());
  }

  @Test
  void theEndOfAStreamTakesBackWhatWasNotSaidOnIt() {
    deliver(0);
    inbox.take();
    assertTrue(inbox.reject(0, "bad"));
    inbox.streamAttached();
    assertEquals(List.of(), inbox.takeErrands());
  }

  @Test
  void nothingIsHeldAfterTheSubscriptionWasMoved() {
    deliver(0);
    deliver(1);
    inbox.take();
    inbox.acknowledge(0);
    OffsetRanges watched = inbox.watchUnconfirmed();
    inbox.forgetAll();
    assertTrue(watched.isEmpty());
    assertEquals(0, inbox.occupied());
    assertEquals(0, inbox.unconfirmed());
    deliver(0);
    assertTrue(inbox.hasQueued());
  }
}
