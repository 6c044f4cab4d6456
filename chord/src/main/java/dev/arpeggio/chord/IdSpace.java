package dev.arpeggio.chord;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The circle of 2^bits identifiers and its clockwise arithmetic. Immutable, safe for any thread.
 *
 * @param bits the width m, 1 to 64
 */
public record IdSpace(int bits) {
  /** The 64-bit circle that every deployment uses; narrower ones serve tests and textbooks. */
  public static final IdSpace DEFAULT = new IdSpace(64);

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the width is outside 1 to 64
   */
  public IdSpace {
    if (bits < 1 || bits > 64) {
      throw new IllegalArgumentException("an identifier has 1 to 64 bits, not " + bits);
    }
  }

  /**
   * Where a name lies on the circle: the first {@code bits} bits of the SHA-256 of its UTF-8 form.
   * Nodes and keys alike are placed by this function and no other.
   */
  public RingId hash(String name) {
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    return new RingId(ByteBuffer.wrap(digest).getLong() >>> (64 - bits));
  }

  /**
   * The identifier with this (unsigned) value.
   *
   * @throws IllegalArgumentException if the value needs more bits than the space has
   */
  public RingId of(long value) {
    if ((value & mask()) != value) {
      throw new IllegalArgumentException(
          Long.toUnsignedString(value) + " does not fit into " + bits + " bits");
    }
    return new RingId(value);
  }

  /** Whether the identifier belongs to this space. */
  public boolean contains(RingId id) {
    return (id.value() & mask()) == id.value();
  }

  /**
   * Whether {@code x} lies on the open clockwise arc from {@code a} to {@code b}; {@code a = b}
   * means everything but {@code a}.
   */
  public boolean between(RingId a, RingId x, RingId b) {
    long toX = distance(a, x);
    long toB = distance(a, b);
    return toX != 0 && (toB == 0 || Long.compareUnsigned(toX, toB) < 0);
  }

  /**
   * Whether {@code x} lies on the arc from {@code a} (excluded) to {@code b} (included); {@code a =
   * b} means everything.
   */
  public boolean inRange(RingId a, RingId x, RingId b) {
    return x.equals(b) || between(a, x, b);
  }

  /** Steps clockwise from {@code a} to {@code b}: an unsigned number below 2^bits. */
  public long distance(RingId a, RingId b) {
    return (b.value() - a.value()) & mask();
  }

  /** The identifier {@code steps} (unsigned) clockwise of {@code id}. */
  public RingId plus(RingId id, long steps) {
    return new RingId((id.value() + steps) & mask());
  }

  /**
   * How many identifiers lie between one and a key after it. One at the key itself lies a whole
   * turn before it: an unsigned number, at its highest then.
   */
  long stepsBefore(long id, RingId key) {
    return ((key.value() - id) & mask()) - 1;
  }

  private long mask() {
    return -1L >>> (64 - bits);
  }
}
