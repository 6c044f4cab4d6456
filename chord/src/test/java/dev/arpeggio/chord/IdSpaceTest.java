package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class IdSpaceTest {
  private static final RingId HIGHEST = new RingId(-1);

  @Test
  void betweenIsWhatOneFindsByWalkingClockwise() {
    for (int bits = 1; bits <= 4; bits++) {
      IdSpace space = new IdSpace(bits);
      for (long a = 0; a < 1L << bits; a++) {
        for (long x = 0; x < 1L << bits; x++) {
          for (long b = 0; b < 1L << bits; b++) {
            boolean between = space.between(space.of(a), space.of(x), space.of(b));
            assertEquals(walkMeets(bits, a, x, b), between, bits + ": " + a + " " + x + " " + b);
            boolean inRange = space.inRange(space.of(a), space.of(x), space.of(b));
            assertEquals(walkMeets(bits, a, x, b) || x == b, inRange);
          }
        }
      }
    }
  }

  @Test
  void distanceIsTheNumberOfStepsAndPlusTakesThem() {
    for (int bits = 1; bits <= 5; bits++) {
      IdSpace space = new IdSpace(bits);
      for (long a = 0; a < 1L << bits; a++) {
        long steps = 0;
        long b = a;
        do {
          assertEquals(steps, space.distance(space.of(a), space.of(b)));
          assertEquals(space.of(b), space.plus(space.of(a), steps));
          b = (b + 1) % (1L << bits);
          steps++;
        } while (b != a);
      }
    }
  }

  @Test
  void theWidestCircleWrapsWhereLongsDo() {
    IdSpace space = IdSpace.DEFAULT;
    RingId zero = space.of(0);
    assertTrue(space.between(HIGHEST, zero, space.of(1)));
    assertFalse(space.between(zero, HIGHEST, space.of(1)));
    assertTrue(space.between(space.of(1), HIGHEST, zero));
    assertEquals(zero, space.plus(HIGHEST, 1));
    assertEquals(-1L, space.distance(zero, HIGHEST));
    assertTrue(zero.compareTo(HIGHEST) < 0);
  }

  @Test
  void identifiersArePrintedAsSixteenDigits() {
    assertEquals("000000000000002a", new RingId(42).toString());
    assertEquals("ffffffffffffffff", HIGHEST.toString());
  }

  @Test
  void aHashIsTheBeginningOfSha256() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest("orders/0".getBytes(StandardCharsets.UTF_8));
    String first = HexFormat.of().formatHex(digest, 0, 8);
    assertEquals(first, IdSpace.DEFAULT.hash("orders/0").toString());
    assertEquals(Long.parseUnsignedLong(first, 16) >>> 59, new IdSpace(5).hash("orders/0").value());
  }

  @Test
  void aKnownHashNeverChanges() {
    // The digest of the empty string, from FIPS 180-4: placement must survive every release.
    assertEquals("e3b0c44298fc1c14", IdSpace.DEFAULT.hash("").toString());
  }

  @Test
  void valuesAndWidthsThatDoNotFitAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new IdSpace(0));
    assertThrows(IllegalArgumentException.class, () -> new IdSpace(65));
    assertThrows(IllegalArgumentException.class, () -> new IdSpace(3).of(8));
    assertEquals(7, new IdSpace(3).of(7).value());
  }

  /** Whether a walk that starts after a and ends before b, or before it is back at a, meets x. */
  private static boolean walkMeets(int bits, long a, long x, long b) {
    long size = 1L << bits;
    for (long at = (a + 1) % size; at != b && at != a; at = (at + 1) % size) {
      if (at == x) {
        return true;
      }
    }
    return false;
  }
}
