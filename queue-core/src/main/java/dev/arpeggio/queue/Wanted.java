package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a compaction keeps: those that some subscription has not acknowledged, and where
 * the topic keeps the last messages of each key, these instead, whoever has acknowledged them.
 */
final class Wanted {
  private final Subscriptions subscriptions;
  private final @Nullable KeyHistory history;

  /**
   * @param history null if keys mean nothing
   */
  Wanted(Subscriptions subscriptions, @Nullable KeyHistory history) {
    this.subscriptions = subscriptions;
    this.history = history;
  }

  /** At most how many of a segment's messages are wanted. */
  int estimate(Segment segment) {
    int count = segment.name().count();
    if (history != null && segment.keyless() == 0) {
      return count - segment.superseded();
    }
    RangeSet unacknowledged = unacknowledged(segment.first(), segment.end());
    int open = (int) Math.min(count, unacknowledged.size());
    if (history == null) {
      return open;
    }
    return count - segment.superseded() - segment.keyless() + Math.min(segment.keyless(), open);
  }

  /** What some subscription has not acknowledged of a range. */
  RangeSet unacknowledged(long first, long end) {
    var ranges = new RangeSet();
    subscriptions.addUnacknowledged(first, end, ranges);
    return ranges;
  }

  /**
   * Whether one message is wanted.
   *
   * @param unacknowledged of a range that it lies in
   */
  boolean isWanted(Body body, int index, RangeSet unacknowledged) {
    long offset = body.offset(index);
    if (history != null) {
      ByteBuffer key = MessageKeys.key(body.slice(index, 1));
      if (key != null && history.isTracked(key)) {
        return !history.isSuperseded(key, offset);
      }
    }
    return unacknowledged.contains(offset);
  }
}
