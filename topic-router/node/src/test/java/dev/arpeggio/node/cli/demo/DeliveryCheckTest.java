package dev.arpeggio.node.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.demo.DeliveryCheck.Verdict;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/** The judge has to see every kind of wrong that the demo promises not to happen. */
class DeliveryCheckTest {
  private static final int LINES = 5;

  @Test
  void everyLineOnceAndInOrderIsPerfect() {
    Verdict verdict = arrivals(1, 2, 3, 4, 5);
    assertTrue(verdict.perfect());
    assertEquals(5, verdict.received());
  }

  @Test
  void aLostLineIsSeen() {
    assertFound(arrivals(1, 2, 4, 5), 1, 0, 0);
  }

  @Test
  void aLostLastLineIsSeen() {
    assertFound(arrivals(1, 2, 3, 4), 1, 0, 0);
  }

  @Test
  void nothingAtAllIsFiveLost() {
    assertFound(arrivals(), 5, 0, 0);
  }

  @Test
  void twoSwappedLinesAreSeen() {
    assertFound(arrivals(1, 3, 2, 4, 5), 0, 1, 0);
  }

  @Test
  void aDuplicateIsSeen() {
    assertFound(arrivals(1, 2, 2, 3, 4, 5), 0, 0, 1);
  }

  @Test
  void aDuplicateThatComesMuchLaterIsADuplicateAndNotOutOfOrder() {
    assertFound(arrivals(1, 2, 3, 4, 5, 1), 0, 0, 1);
  }

  @Test
  void aLineThatNobodyPublishedSpoilsTheDigest() {
    assertFalse(arrivals(1, 2, 3, 4, 5, 6).perfect());
  }

  @Test
  void aChangedBodySpoilsTheDigest() {
    DeliveryCheck check = new DeliveryCheck();
    for (int line = 1; line <= LINES; line++) {
      check.arrived(line, body(line == 3 ? 30 : line));
    }
    Verdict verdict = check.against(LINES, published());
    assertFalse(verdict.perfect());
    assertNotEquals(verdict.publishedSha256(), verdict.consumedSha256());
    assertEquals(0, verdict.lost() + verdict.outOfOrder() + verdict.duplicates());
  }

  @Test
  void bytesThatMoveOverALineEndSpoilTheDigest() {
    DeliveryCheck one = new DeliveryCheck();
    one.arrived(1, "ab".getBytes(UTF_8));
    one.arrived(2, "c".getBytes(UTF_8));
    DeliveryCheck other = new DeliveryCheck();
    other.arrived(1, "a".getBytes(UTF_8));
    other.arrived(2, "bc".getBytes(UTF_8));
    assertNotEquals(one.against(2, "").consumedSha256(), other.against(2, "").consumedSha256());
  }

  private static void assertFound(Verdict verdict, int lost, int outOfOrder, int duplicates) {
    assertFalse(verdict.perfect());
    assertEquals(lost, verdict.lost(), "lost");
    assertEquals(outOfOrder, verdict.outOfOrder(), "out of order");
    assertEquals(duplicates, verdict.duplicates(), "duplicates");
  }

  private static Verdict arrivals(int... lines) {
    DeliveryCheck check = new DeliveryCheck();
    for (int line : lines) {
      check.arrived(line, body(line));
    }
    return check.against(LINES, published());
  }

  private static String published() {
    MessageDigest digest = DeliveryCheck.newDigest();
    for (int line = 1; line <= LINES; line++) {
      DeliveryCheck.update(digest, body(line));
    }
    return DeliveryCheck.hex(digest);
  }

  private static byte[] body(int line) {
    return ("line " + line).getBytes(UTF_8);
  }
}
