package dev.arpeggio.queue;

import java.util.List;
import java.util.TreeMap;

/**
 * Which bucket the next segment goes to, and which buckets are empty: no znode has more than a
 * thousand children, as their names must fit one answer of ZooKeeper.
 */
final class Buckets {
  static final int MAX_SEGMENTS = 1_000;

  // Segments that each bucket holds.
  private final TreeMap<Long, Integer> held = new TreeMap<>();
  private int placedInCurrent;

  Buckets(List<SegmentName> segments) {
    for (SegmentName segment : segments) {
      held.merge(segment.bucket(), 1, Integer::sum);
    }
    placedInCurrent = held.isEmpty() ? MAX_SEGMENTS : held.lastEntry().getValue();
  }

  /**
   * Where a segment is to be put.
   *
   * @param isNew the bucket has to be created
   */
  record Place(long bucket, boolean isNew) {}

  Place place(long firstOffset) {
    boolean isNew = placedInCurrent >= MAX_SEGMENTS;
    if (isNew) {
      placedInCurrent = 0;
      held.put(firstOffset, 0);
    }
    placedInCurrent++;
    long current = held.lastKey();
    held.merge(current, 1, Integer::sum);
    return new Place(current, isNew);
  }

  /** Puts a segment into a bucket that is there, in the place of others that will be taken out. */
  void add(long bucket) {
    held.merge(bucket, 1, Integer::sum);
  }

  /**
   * Takes a segment out; true if its bucket is empty now and will stay so, which is when it has to
   * be deleted.
   */
  boolean remove(long bucket) {
    int left = held.merge(bucket, -1, Integer::sum);
    if (left > 0 || bucket == held.lastKey()) {
      return false;
    }
    held.remove(bucket);
    return true;
  }
}
