package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the names of all segments say about a log.
 *
 * @param end where the log goes on
 * @param valid the gap-free prefix that starts where the log starts
 * @param garbage what no log needs: leftovers of a deletion, in front, and what a failed pipeline
 *     left behind a hole
 */
record Layout(long end, List<SegmentName> valid, List<SegmentName> garbage) {
  /**
   * Segments are deleted from the front only, and the start of the log moves in the same
   * transaction; those that a compaction deletes are replaced by one that covers the same offsets,
   * in one transaction as well. So a segment before the start is a deletion of which an earlier
   * part failed, and a hole is a commit that never took effect: nothing behind it was confirmed to
   * anybody.
   *
   * @throws QueueException STORE_CORRUPT if segments overlap
   */
  static Layout of(long logStart, List<SegmentName> found, PartitionPaths paths)
      throws QueueException {
    var sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingLong(SegmentName::first).thenComparingInt(SegmentName::span));
    var valid = new ArrayList<SegmentName>();
    var garbage = new ArrayList<SegmentName>();
    long end = logStart;
    for (SegmentName segment : sorted) {
      if (segment.end() <= logStart || segment.first() > end) {
        garbage.add(segment);
      } else if (segment.first() == end) {
        valid.add(segment);
        end = segment.end();
      } else {
        throw QueueException.storeCorrupt(
            paths.segment(segment), "overlaps the log, which goes on at " + end);
      }
    }
    return new Layout(end, valid, garbage);
  }

  /**
   * @param knownTo so far, the log was confirmed when its producers were stored
   * @throws QueueException STORE_CORRUPT if it is shorter
   */
  void checkReaches(long knownTo, PartitionPaths paths) throws QueueException {
    if (end < knownTo) {
      throw QueueException.storeCorrupt(
          paths.log(), "ends at " + end + ", but was confirmed up to " + knownTo);
    }
  }
}
