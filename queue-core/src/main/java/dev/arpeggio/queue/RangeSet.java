package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A set of offsets, kept as its maximal ranges. */
final class RangeSet {
  // Start of each range -> its end, exclusive. Ranges neither overlap nor touch.
  private final TreeMap<Long, Long> ranges = new TreeMap<>();
  private long size;

  long size() {
    return size;
  }

  int rangeCount() {
    return ranges.size();
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** How many offsets were not in the set before. */
  long add(long first, long end) {
    long before = size;
    long from = first;
    long to = end;
    var left = ranges.floorEntry(first);
    if (left != null && left.getValue() >= first) {
      from = left.getKey();
    }
    for (var next = ranges.ceilingEntry(from);
        next != null && next.getKey() <= to;
        next = ranges.ceilingEntry(from)) {
      to = Math.max(to, next.getValue());
      size -= next.getValue() - next.getKey();
      ranges.remove(next.getKey());
    }
    ranges.put(from, to);
    size += to - from;
    return size - before;
  }

  void removeBelow(long offset) {
    for (var next = ranges.firstEntry();
        next != null && next.getKey() < offset;
        next = ranges.firstEntry()) {
      ranges.remove(next.getKey());
      size -= Math.min(next.getValue(), offset) - next.getKey();
      if (next.getValue() > offset) {
        ranges.put(offset, next.getValue());
      }
    }
  }

  /** How many offsets were in the set. */
  long remove(long first, long end) {
    long before = size;
    var holder = ranges.floorEntry(first);
    long from = holder != null && holder.getValue() > first ? holder.getKey() : first;
    for (var hit = ranges.ceilingEntry(from);
        hit != null && hit.getKey() < end;
        hit = ranges.higherEntry(hit.getKey())) {
      ranges.remove(hit.getKey());
      size -= Math.min(hit.getValue(), end) - Math.max(hit.getKey(), first);
      if (hit.getKey() < first) {
        ranges.put(hit.getKey(), first);
      }
      if (hit.getValue() > end) {
        ranges.put(end, hit.getValue());
      }
    }
    return before - size;
  }

  void clear() {
    ranges.clear();
    size = 0;
  }

  /** The first offset at or after {@code offset} that is not in the set. */
  long firstMissing(long offset) {
    var range = ranges.floorEntry(offset);
    return range != null && range.getValue() > offset ? range.getValue() : offset;
  }

  /** The first offset of {@code offset} to {@code end - 1} that is in the set; else {@code end}. */
  long firstPresent(long offset, long end) {
    if (firstMissing(offset) > offset) {
      return Math.min(offset, end);
    }
    Long next = ranges.higherKey(offset);
    return next == null ? end : Math.min(next, end);
  }

  /** The end of the last range, exclusive; {@code otherwise} if there is none. */
  long lastEnd(long otherwise) {
    var last = ranges.lastEntry();
    return last == null ? otherwise : last.getValue();
  }

  boolean contains(long offset) {
    return firstMissing(offset) > offset;
  }

  boolean containsAll(long first, long end) {
    return firstMissing(first) >= end;
  }

  /** The ranges of what is in this set and not in the other. */
  List<OffsetRange> without(RangeSet other) {
    if (other.isEmpty()) {
      return toList();
    }
    var list = new ArrayList<OffsetRange>(ranges.size());
    ranges.forEach(
        (first, end) -> {
          for (long at = other.firstMissing(first); at < end; ) {
            long until = other.firstPresent(at, end);
            list.add(new OffsetRange(at, until - at));
            at = other.firstMissing(until);
          }
        });
    return list;
  }

  List<OffsetRange> toList() {
    var list = new ArrayList<OffsetRange>(ranges.size());
    ranges.forEach((first, end) -> list.add(new OffsetRange(first, end - first)));
    return list;
  }
}
