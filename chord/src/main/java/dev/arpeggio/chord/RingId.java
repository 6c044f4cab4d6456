package dev.arpeggio.chord;

/**
 * A place on the identifier circle: an unsigned number below 2^m, where m is the width of the
 * {@link IdSpace} in use.
 *
 * @param value the number's bits; values with the top bit set are large, not negative
 */
public record RingId(long value) implements Comparable<RingId> {
  /**
   * Compares as unsigned numbers. Clockwise order depends on where one stands: see {@link IdSpace}.
   */
  @Override
  public int compareTo(RingId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Sixteen hexadecimal digits, whatever the width of the space. */
  @Override
  public String toString() {
    return String.format("%016x", value);
  }
}
