package dev.arpeggio.queue;

/**
 * The messages {@code first} to {@code first + count - 1} of a partition.
 *
 * @param first at least 0
 * @param count at least 1; {@code first + count} does not overflow
 */
public record OffsetRange(long first, long count) {
  public OffsetRange {
    if (first < 0 || count < 1 || first > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException("not a range of offsets: " + first + " + " + count);
    }
  }

  /** The offset after the last. */
  public long end() {
    return first + count;
  }
}
