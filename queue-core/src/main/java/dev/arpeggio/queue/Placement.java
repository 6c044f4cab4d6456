package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where partitions lie on the ring: a partition's key is its name, or, where somebody had reason to
 * place it elsewhere, its name with a number behind. Immutable; any thread.
 */
public final class Placement {
  /** Partitions that may lie elsewhere than by their names: what surely fits into one znode. */
  public static final int MAX_MOVED = 5_000;

  /** The highest number of a partition; 0 is its name alone. */
  public static final int MAX_NUMBER = 1_023;

  private static final Placement BY_NAME = new Placement(new TreeMap<>(), null);

  private final SortedMap<String, Integer> numbers;
  private final @Nullable Stat stored;

  /**
   * @param numbers by {@code topic/partition}
   * @param stored where it was read, or what it is to replace; null if there is nothing stored
   */
  Placement(SortedMap<String, Integer> numbers, @Nullable Stat stored) {
    this.numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    this.stored = stored;
  }

  /** Every partition by its name, and nothing stored. */
  public static Placement byName() {
    return BY_NAME;
  }

  /** What the ring hashes. */
  public String key(PartitionId id) {
    return key(id, number(id));
  }

  /** What the ring would hash if the partition had this number. */
  public static String key(PartitionId id, int number) {
    return number == 0 ? id.toString() : id + "#" + number;
  }

  public int number(PartitionId id) {
    return numbers.getOrDefault(id.toString(), 0);
  }

  /** How many partitions lie elsewhere than by their names. */
  public int moved() {
    return numbers.size();
  }

  /**
   * The same partitions in other places, to be stored over this one.
   *
   * @param changed numbers by {@code topic/partition}; only those that are not 0 are kept
   * @throws IllegalArgumentException if a number is out of range, or there are more than {@link
   *     #MAX_MOVED}
   */
  public Placement with(SortedMap<String, Integer> changed) {
    var kept = new TreeMap<>(changed);
    kept.values().removeIf(number -> number == 0);
    if (kept.size() > MAX_MOVED
        || kept.values().stream().anyMatch(number -> number < 0 || number > MAX_NUMBER)) {
      throw new IllegalArgumentException("no such placement of " + kept.size() + " partitions");
    }
    return new Placement(kept, stored);
  }

  /** By {@code topic/partition}; none is 0. */
  public SortedMap<String, Integer> numbers() {
    return numbers;
  }

  @Nullable Stat stored() {
    return stored;
  }
}
