package dev.arpeggio.queue;

import java.util.Locale;

/**
 * The name of a segment's znode: first offset and number of messages. A takeover knows from the
 * names alone where the log ends and whether it has a hole.
 *
 * @param bucket first offset of the first segment of its bucket, by which the bucket is named
 */
record SegmentName(long bucket, long first, int count) {
  private static final int OFFSET_DIGITS = 19;

  long end() {
    return first + count;
  }

  /** The name below its bucket. */
  String name() {
    return offset(first) + "-" + count;
  }

  static String bucketName(long bucket) {
    return offset(bucket);
  }

  /**
   * @param path of the znode, for the error
   * @throws QueueException STORE_CORRUPT if it is not the name of a segment
   */
  static SegmentName parse(long bucket, String name, String path) throws QueueException {
    int dash = name.indexOf('-');
    if (dash != OFFSET_DIGITS) {
      throw QueueException.storeCorrupt(path, "not the name of a segment");
    }
    long first = parseBucket(name.substring(0, dash), path);
    try {
      int count = Integer.parseInt(name.substring(dash + 1));
      if (count >= 1 && first <= Long.MAX_VALUE - count) {
        return new SegmentName(bucket, first, count);
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
