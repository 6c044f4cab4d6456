package dev.arpeggio.queue;

import java.util.List;

/**
 * A segment that is ready to take the place of others: it covers the same offsets and holds what is
 * still wanted of their messages.
 *
 * @param replaced consecutive segments
 * @param removed offsets that they covered and of which the replacement has no message
 * @param dropped how many messages it leaves out that some subscription had not acknowledged
 */
record Compaction(
    List<Segment> replaced,
    Segment replacement,
    SegmentCodec.Encoded encoded,
    List<OffsetRange> removed,
    long dropped) {
  long first() {
    return replacement.first();
  }

  /** Whether the log is still as it was when this was made. */
  boolean isOf(Log log) {
    return replaced.stream().allMatch(log::contains);
  }
}
