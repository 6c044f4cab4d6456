package dev.arpeggio.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of offsets, kept as disjoint ranges that do not touch. Not thread-safe. */
final class OffsetRanges {
  /** Offsets first .. end - 1. */
  record Range(long first, long end) {
    Range {
      if (end <= first) {
        throw new IllegalArgumentException("empty range " + first + " .. " + end);
      }
    }

    long count() {
      return end - first;
    }
  }

  private final TreeMap<Long, Long> endByFirst = new TreeMap<>();
  private long size;

  boolean contains(long offset) {
    Map.Entry<Long, Long> range = endByFirst.floorEntry(offset);
    return range != null && offset < range.getValue();
  }

  boolean isEmpty() {
    return endByFirst.isEmpty();
  }

  /** The number of offsets. */
  long size() {
    return size;
  }

  /** The number of ranges, which is what the set costs. */
  int rangeCount() {
    return endByFirst.size();
  }

  void add(long offset) {
    add(new Range(offset, offset + 1));
  }

  void add(Range range) {
    long first = range.first();
    long end = range.end();
    Map.Entry<Long, Long> before = endByFirst.floorEntry(first);
    if (before != null && before.getValue() >= first) {
      first = before.getKey();
    }
    Map.Entry<Long, Long> met = endByFirst.ceilingEntry(first);
    while (met != null && met.getKey() <= end) {
      end = Math.max(end, met.getValue());
      endByFirst.remove(met.getKey());
      size -= met.getValue() - met.getKey();
      met = endByFirst.higherEntry(met.getKey());
    }
    endByFirst.put(first, end);
    size += end - first;
  }

  void addAll(OffsetRanges others) {
    others.ranges().forEach(this::add);
  }

  /** Whether the offset was in the set. */
  boolean remove(long offset) {
    boolean present = contains(offset);
    if (present) {
      remove(new Range(offset, offset + 1));
    }
    return present;
  }

  void remove(Range range) {
    Map.Entry<Long, Long> met = endByFirst.lowerEntry(range.end());
    while (met != null && met.getValue() > range.first()) {
      long first = met.getKey();
      long end = met.getValue();
      endByFirst.remove(first);
      size -= end - first;
      if (first < range.first()) {
        endByFirst.put(first, range.first());
        size += range.first() - first;
      }
      if (end > range.end()) {
        endByFirst.put(range.end(), end);
        size += end - range.end();
      }
      met = endByFirst.lowerEntry(range.end());
    }
  }

  /** Forgets lowest ranges until there are no more than that. */
  void keepHighest(int ranges) {
    while (endByFirst.size() > ranges) {
      Map.Entry<Long, Long> lowest = endByFirst.pollFirstEntry();
      size -= lowest.getValue() - lowest.getKey();
    }
  }

  void clear() {
    endByFirst.clear();
    size = 0;
  }

  /** A copy, in ascending order. */
  List<Range> ranges() {
    List<Range> ranges = new ArrayList<>(endByFirst.size());
    endByFirst.forEach((first, end) -> ranges.add(new Range(first, end)));
    return ranges;
  }

  @Override
  public String toString() {
    return ranges().toString();
  }
}
