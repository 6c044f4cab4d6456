package dev.arpeggio.queue;

import java.util.Locale;

/**
 * The name of a segment's znode: the offsets that it covers, how many messages and how many bytes
 * it holds. A takeover knows from the names alone where the log ends, whether it has a hole, and
 * how much is retained.
 *
 * @param bucket first offset of the first segment of its bucket, by which the bucket is named
 * @param span how many offsets it covers, from {@code first} on
 * @param count how many of them have a message still; fewer than {@code span} only after a
 *     compaction
 * @param bytes of the znode's content
 */
record SegmentName(long bucket, long first, int span, int count, int bytes) {
  private static final int OFFSET_DIGITS = 19;
  private static final int PARTS = 4;

  long end() {
    return first + span;
  }

  /** Whether offsets that it covers have no message any more. */
  boolean isSparse() {
    return count < span;
  }

  /** The name below its bucket. */
  String name() {
    return offset(first) + "-" + span + "-" + count + "-" + bytes;
  }

  static String bucketName(long bucket) {
    return offset(bucket);
  }

  /**
   * @param path of the znode, for the error
   * @throws QueueException STORE_CORRUPT if it is not the name of a segment
   */
  static SegmentName parse(long bucket, String name, String path) throws QueueException {
    String[] parts = name.split("-", -1);
    if (parts.length != PARTS) {
      throw QueueException.storeCorrupt(path, "not the name of a segment");
    }
    long first = parseBucket(parts[0], path);
    try {
      int span = Integer.parseInt(parts[1]);
      int count = Integer.parseInt(parts[2]);
      int bytes = Integer.parseInt(parts[3]);
      var parsed = new SegmentName(bucket, first, span, count, bytes);
      boolean inRange =
          span >= 1 && count >= 0 && count <= span && bytes >= 0 && first <= Long.MAX_VALUE - span;
      // Otherwise it would be another znode's name.
      if (inRange && parsed.name().equals(name)) {
        return parsed;
      }
    } catch (NumberFormatException e) {
      throw QueueException.storeCorrupt(path, "not the name of a segment");
    }
    throw QueueException.storeCorrupt(path, "not the name of a segment");
  }

  /**
   * @throws QueueException STORE_CORRUPT if it is not the name of a bucket
   */
  static long parseBucket(String name, String path) throws QueueException {
    if (name.length() == OFFSET_DIGITS && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        return Long.parseLong(name);
      } catch (NumberFormatException e) {
        throw QueueException.storeCorrupt(path, "an offset out of range");
      }
    }
    throw QueueException.storeCorrupt(path, "not an offset");
  }

  private static String offset(long offset) {
    return String.format(Locale.ROOT, "%0" + OFFSET_DIGITS + "d", offset);
  }
}
