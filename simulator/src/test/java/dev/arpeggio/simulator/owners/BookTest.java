package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Sample;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BookTest {
  private final Book book = new Book(Duration.ofSeconds(1));

  private static Sample sample(int key, long delayMillis, long lifeMillis) {
    return new Sample("p0-0", key, 0, delayMillis, lifeMillis, "");
  }

  @Test
  void aMessageIsDueWhenItsDelayIsOver() {
    book.stored(0, sample(0, 300, 0), 5_000);
    assertFalse(book.isDue(0, 5_299));
    assertTrue(book.isDue(0, 5_300));
  }

  @Test
  void aMessageExpiresWhenItSaysSoOrElseTheTopic() {
    book.stored(0, sample(0, 0, 0), 5_000);
    book.stored(1, sample(0, 0, 200), 5_000);
    assertFalse(book.hasExpired(0, 5_999));
    assertTrue(book.hasExpired(0, 6_000));
    assertTrue(book.hasExpired(1, 5_200));
  }

  @Test
  void whereNobodySaysSoNothingExpires() {
    var patient = new Book(Duration.ZERO);
    patient.stored(0, sample(0, 0, 0), 5_000);
    assertFalse(patient.hasExpired(0, Long.MAX_VALUE / 2));
  }

  @Test
  void laterMessagesOfAKeyAreCounted() {
    for (int offset = 0; offset < 6; offset++) {
      book.stored(offset, sample(offset % 2, 0, 0), 5_000);
    }
    assertEquals(2, book.newerOfKey(1));
    assertEquals(0, book.newerOfKey(5));
    assertEquals(0, book.newerOfKey(0), "it has no key");
  }

  @Test
  void aMessageKeepsTheTimeOfItsCommit() {
    book.stored(0, sample(0, 0, 0), 5_000);
    assertDoesNotThrow(() -> book.stored(0, sample(0, 0, 0), 5_000));
    breaks(Rule.NOTHING_INVENTED, () -> book.stored(0, sample(0, 0, 0), 5_001));
  }
}
