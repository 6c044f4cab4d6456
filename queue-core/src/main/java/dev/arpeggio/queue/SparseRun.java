package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive segments that one compaction may replace, and whether that pays: each byte that is
 * written anew sets at least one other free, or ends up in a segment several times as large as its
 * own, so that what the compactions of a log write stays within a small multiple of what is stored.
 */
final class SparseRun {
  /** Most that is written at once; leaves room in a commit for the producers' table. */
  static final int MAX_NEW_BYTES = 256 * 1024;

  private static final int DENSE_BYTES = 64 * 1024;
  private static final int MAX_READ_BYTES = 4 << 20;
  private static final int MAX_SEGMENTS = 256;
  private static final int SEGMENTS_WORTH_IT = 8;
  private static final int BYTES_WORTH_IT = 64 * 1024;
  private static final int GROWTH = 4;

  private final List<Segment> segments = new ArrayList<>();
  private long span;
  private long storedBytes;
  private long readBytes;
  private long newBytes = SegmentCodec.HEADER_BYTES;
  private long largestBytes;

  /**
   * Adds the next segment, of which so many messages are wanted at most.
   *
   * @return false if it does not fit
   */
  boolean add(Segment segment, int wanted) {
    SegmentName name = segment.name();
    long kept = keptBytes(name, wanted);
    long read = wanted == 0 ? 0 : name.bytes();
    if (segments.size() >= MAX_SEGMENTS
        || span + name.span() > Integer.MAX_VALUE
        || newBytes + kept > MAX_NEW_BYTES
        || readBytes + read > MAX_READ_BYTES) {
      return false;
    }
    segments.add(segment);
    span += name.span();
    storedBytes += name.bytes();
    readBytes += read;
    newBytes += kept;
    largestBytes = Math.max(largestBytes, kept);
    return true;
  }

  /** Whether so much of a segment is wanted that no run had better go across it. */
  static boolean isDense(SegmentName name, int wanted) {
    return keptBytes(name, wanted) > DENSE_BYTES && 2L * wanted > name.count();
  }

  private static long keptBytes(SegmentName name, int wanted) {
    if (wanted == 0) {
      return 0;
    }
    long average = (name.bytes() - SegmentCodec.HEADER_BYTES) / name.count() + 1L;
    return wanted * (average + (name.isSparse() ? 0 : SegmentCodec.GAP_BYTES));
  }

  boolean pays() {
    return pays(segments.size(), storedBytes, newBytes, largestBytes);
  }

  /**
   * Whether it pays to write so many bytes in the place of segments.
   *
   * @param segments how many
   * @param storedBytes that they have
   * @param largestBytes how many of the new bytes come from one of them, at most
   */
  static boolean pays(int segments, long storedBytes, long newBytes, long largestBytes) {
    boolean worthIt = segments > SEGMENTS_WORTH_IT || storedBytes - newBytes >= BYTES_WORTH_IT;
    boolean cheap =
        2 * newBytes <= storedBytes
            || (newBytes <= storedBytes && newBytes >= GROWTH * largestBytes);
    return worthIt && cheap;
  }

  List<Segment> segments() {
    return List.copyOf(segments);
  }
}
