package dev.arpeggio.queue;

import java.util.List;

/**
 * Which messages a subscription has nothing to deliver of any more: those that are acknowledged,
 * and those that are withdrawn, which are on their way to other topics.
 */
final class Settled {
  // The withdrawn ones included. The floor stays below those.
  private final RangeSet settled = new RangeSet();
  private final RangeSet withdrawn = new RangeSet();
  private long floor;

  /**
   * @param floor every message below is acknowledged
   */
  Settled(long floor) {
    this.floor = floor;
  }

  /** Every message below is acknowledged. */
  long floor() {
    return floor;
  }

  /** Nothing from here on is settled. */
  long end() {
    return settled.lastEnd(floor);
  }

  /** Messages from the floor on that are settled. */
  long size() {
    return settled.size();
  }

  int rangeCount() {
    return settled.rangeCount();
  }

  /** What is acknowledged from the floor on. */
  List<OffsetRange> acknowledged() {
    return settled.without(withdrawn);
  }

  /** Raises the floor as far as it goes, and returns it. */
  long raiseFloor() {
    floor = withdrawn.firstPresent(floor, settled.firstMissing(floor));
    settled.removeBelow(floor);
    return floor;
  }

  void acknowledge(long first, long end) {
    settled.add(first, end);
  }

  /**
   * Acknowledges messages, withdrawn or not.
   *
   * @return how many of them were not acknowledged
   */
  long forget(long first, long end) {
    return settled.add(first, end) + withdrawn.remove(first, end);
  }

  void withdraw(long first, long end) {
    settled.add(first, end);
    withdrawn.add(first, end);
  }

  /** Withdrawn messages are acknowledged. */
  void acknowledgeWithdrawn(long first, long end) {
    withdrawn.remove(first, end);
  }

  /** Withdrawn messages are to be delivered after all. */
  void restore(long first, long end) {
    withdrawn.remove(first, end);
    settled.remove(first, end);
  }

  /**
   * Everything below that offset is acknowledged, and nothing from there on. What is withdrawn
   * stays so.
   *
   * @param logStart every message below is gone
   */
  void restart(long logStart, long offset) {
    settled.clear();
    floor = logStart;
    if (offset > floor) {
      settled.add(floor, offset);
    }
    withdrawn.toList().forEach(range -> settled.add(range.first(), range.end()));
  }

  boolean isWithdrawn(long offset) {
    return withdrawn.contains(offset);
  }

  boolean containsAll(long first, long end) {
    return settled.containsAll(first, end);
  }

  /** The first offset from there on that is not settled. */
  long firstOpen(long offset) {
    return settled.firstMissing(Math.max(offset, floor));
  }

  /** The first offset of these that is settled; else {@code end}. */
  long firstSettled(long offset, long end) {
    return settled.firstPresent(offset, end);
  }

  /** The first offset of these that is not acknowledged; else {@code end}. */
  long firstUnacknowledged(long offset, long end) {
    long from = Math.max(offset, floor);
    return Math.min(Math.min(end, firstOpen(from)), withdrawn.firstPresent(from, end));
  }

  /** Adds the messages of this range that are not acknowledged. */
  void addUnacknowledged(long first, long end, RangeSet to) {
    for (long at = firstOpen(first); at < end; ) {
      long until = firstSettled(at, end);
      to.add(at, until);
      at = firstOpen(until);
    }
    for (OffsetRange range : withdrawn.toList()) {
      if (range.first() < end && range.end() > first) {
        to.add(Math.max(first, range.first()), Math.min(end, range.end()));
      }
    }
  }
}
