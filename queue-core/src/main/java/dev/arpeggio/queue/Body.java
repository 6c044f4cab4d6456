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
  private final boolean plain;

  /**
   * @param starts where each message's frame starts in {@code content}; the last one ends with the
   *     content
   * @param plain whether no message has a priority, a delay or a time to live
   */
  Body(byte[] content, int[] starts, long commitTimeMillis, boolean plain) {
    this.content = content;
    this.starts = starts;
    this.commitTimeMillis = commitTimeMillis;
    this.plain = plain;
  }

  /** How many messages there are. */
  int count() {
    return starts.length;
  }

  boolean isPlain() {
    return plain;
  }

  /** To scan messages in. */
  ByteBuffer content() {
    return ByteBuffer.wrap(content);
  }

  /**
   * Scans a message, by its number.
   *
   * @param content of this body
   */
  void scan(int message, ByteBuffer content, MessageScanner scanner) {
    try {
      int start = Frames.messageStart(content, starts[message]);
      scanner.scan(content, start, end(message), message);
    } catch (QueueException e) {
      throw new IllegalStateException("a message that was scanned before is malformed", e);
    }
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
