package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a segment as they are held in memory, by index: their frames, offsets and times
 * of commit.
 */
final class Body {
  private final long first;
  private final byte[] content;
  private final int[] starts;
  private final long commitTimeMillis;
  private final @Nullable Gaps gaps;

  /**
   * What a segment needs to say that lost some of its messages in a compaction.
   *
   * @param offsets of each message that is left, counted from the segment's first
   * @param commitTimesMillis of each
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Gaps(int[] offsets, long[] commitTimesMillis) {}

  /**
   * @param first offset of the segment
   * @param starts where each message's frame starts in {@code content}; the last one ends with the
   *     content
   * @param commitTimeMillis of all messages, or of the newest if there are gaps
   * @param gaps null: message i has offset {@code first + i}
   */
  Body(long first, byte[] content, int[] starts, long commitTimeMillis, @Nullable Gaps gaps) {
    this.first = first;
    this.content = content;
    this.starts = starts;
    this.commitTimeMillis = commitTimeMillis;
    this.gaps = gaps;
  }

  /** How many messages there are. */
  int count() {
    return starts.length;
  }

  long offset(int index) {
    return first + (gaps == null ? index : gaps.offsets()[index]);
  }

  /** The first message at or after an offset of the segment; {@link #count} if there is none. */
  int indexAtOrAfter(long offset) {
    int delta = (int) (offset - first);
    if (gaps == null) {
      return delta;
    }
    int found = Arrays.binarySearch(gaps.offsets(), delta);
    return found >= 0 ? found : -found - 1;
  }

  /** Of the newest message. */
  long commitTimeMillis() {
    return commitTimeMillis;
  }

  long commitTimeMillis(int index) {
    return gaps == null ? commitTimeMillis : gaps.commitTimesMillis()[index];
  }

  /** What it takes of the memory budget. */
  long memoryBytes() {
    long perMessage = gaps == null ? Integer.BYTES : 2L * Integer.BYTES + Long.BYTES;
    return content.length + perMessage * starts.length;
  }

  /**
   * How many messages, from message {@code from} and at most {@code most}, fit {@code bytes}; at
   * least 1. Their offsets follow each other, and they were committed together.
   */
  int fitting(int from, int most, int bytes) {
    int taken = 1;
    while (taken < most
        && from + taken < starts.length
        && end(from + taken) - starts[from] <= bytes
        && continues(from + taken)) {
      taken++;
    }
    return taken;
  }

  private boolean continues(int index) {
    return gaps == null
        || (gaps.offsets()[index] == gaps.offsets()[index - 1] + 1
            && gaps.commitTimesMillis()[index] == gaps.commitTimesMillis()[index - 1]);
  }

  ByteBuffer slice(int from, int count) {
    int begin = starts[from];
    return ByteBuffer.wrap(content, begin, end(from + count - 1) - begin)
        .slice()
        .asReadOnlyBuffer();
  }

  private int end(int message) {
    return message + 1 < starts.length ? starts[message + 1] : content.length;
  }
}
