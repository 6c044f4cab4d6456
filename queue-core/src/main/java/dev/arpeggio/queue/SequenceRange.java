package dev.arpeggio.queue;

/**
 * The messages of a producer with numbers {@code first} to {@code first + count - 1}.
 *
 * @param count at least 1
 */
public record SequenceRange(long first, long count) {
  /** The number after the last. */
  public long end() {
    return first + count;
  }
}
