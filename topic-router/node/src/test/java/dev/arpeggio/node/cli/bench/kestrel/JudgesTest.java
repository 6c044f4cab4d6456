package dev.arpeggio.node.cli.bench.kestrel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Message;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.bench.load.Bodies;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the judges are there to see is planted, and seen. */
class JudgesTest {
  private static final Bodies BODIES = new Bodies(32, false);

  private final ConfirmedOnce once = new ConfirmedOnce(3);
  private final Sequence sequence = new Sequence(BODIES.template());

  @Test
  void everyItemConfirmedOnceIsExact() {
    confirm(2, 0, 1);
    assertTrue(once.isExact());
    assertEquals(0, once.all().getCount());
  }

  @Test
  void anItemConfirmedTwiceIsSeen() {
    confirm(0, 1, 1, 2);
    assertFalse(once.isExact());
    assertTrue(once.toString().contains("1 twice"), once.toString());
  }

  @Test
  void anItemThatNobodyConfirmedIsSeen() {
    confirm(0, 2);
    assertFalse(once.isExact());
    assertEquals(1, once.all().getCount());
  }

  @Test
  void anItemThatWasNeverPutIsSeen() {
    confirm(0, 1, 2, 3);
    assertFalse(once.isExact());
  }

  @Test
  void itemsInOrderPass() {
    sequence.take(body(0));
    sequence.take(body(1));
    sequence.take(body(2));
    fails(body(4));
  }

  @Test
  void twoItemsThatChangedPlacesAreSeen() {
    sequence.take(body(0));
    fails(body(2));
  }

  @Test
  void anItemThatCameTwiceIsSeen() {
    sequence.take(body(0));
    fails(body(0));
  }

  @Test
  void anItemOfOtherContentIsSeen() {
    byte[] damaged = body(0);
    damaged[damaged.length - 1] ^= 1;
    fails(damaged);
    fails(new byte[3]);
  }

  private void fails(byte[] body) {
    Failure failure = assertThrows(Failure.class, () -> sequence.take(body));
    assertEquals(ExitCode.FAILED, failure.exitCode());
  }

  private void confirm(long... numbers) {
    for (long number : numbers) {
      once.confirm(new ReceivedMessage("t", 0, number, 0, Instant.EPOCH, Message.of(body(number))));
    }
  }

  private static byte[] body(long number) {
    byte[] body = BODIES.template();
    Bodies.stamp(body, 0, number, 7);
    return body;
  }
}
