package dev.arpeggio.queue;

import java.nio.ByteBuffer;

/**
 * The content of a segment as it is held in memory: what was stored, and where each message starts
 * in it.
 */
final class Body {
  private final byte[] content;
  private final int[] starts;
  private final long commitTimeMillis;

  /**
   * @param starts where each message's frame starts in {@code content}; the last one ends with the
   *     content
   */
  Body(byte[] content, int[] starts, long commitTimeMillis) {
    this.content = content;
    this.starts = starts;
    this.commitTimeMillis = commitTimeMillis;
  }

  long commitTimeMillis() {
    return commitTimeMillis;
  }

  int contentBytes() {
    return content.length;
  }

  /** What it takes of the memory budget. */
  long memoryBytes() {
    return content.length + (long) Integer.BYTES * starts.length;
  }

  /**
   * How many messages, from message {@code from} and at most {@code most}, fit {@code bytes}; at
   * least 1.
   */
  int fitting(int from, int most, int bytes) {
    int taken = 1;
    while (taken < most && end(from + taken) - starts[from] <= bytes) {
      taken++;
    }
    return taken;
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
