package dev.arpeggio.queue;

/**
 * The fence of a partition: the version of its znode. It rises with every change of owner, and
 * every write of an owner names its own.
 *
 * @param value at least 0
 */
public record Epoch(long value) implements Comparable<Epoch> {
  public Epoch {
    if (value < 0) {
      throw new IllegalArgumentException("an epoch is not negative: " + value);
    }
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }
}
