package dev.arpeggio.node.cli.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into lines, at LF and nowhere else: a CR stays part of its line, bytes
 * need be no text, an empty line is a line, and so is a last one without LF. Holds one line and one
 * buffer in memory. Not thread-safe.
 */
public final class LineReader {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final int maxLineBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long lines;

  /**
   * A reader of a stream that stays the caller's to close.
   *
   * @param maxLineBytes the longest line taken, without its LF
   */
  public LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * The next line, without its LF; null at the end.
   *
   * @throws LineTooLongException if the line is over the limit; the reader is of no use afterwards
   */
  public byte @Nullable [] next() throws IOException, LineTooLongException {
    ByteArrayOutputStream head = null;
    while (true) {
      if (position == limit && !fill()) {
        if (head == null) {
          return null;
        }
        lines++;
        return head.toByteArray();
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int before = head == null ? 0 : head.size();
      if (before + (end - position) > maxLineBytes) {
        throw new LineTooLongException(lines + 1, maxLineBytes);
      }
      if (end < limit) {
        byte[] tail = Arrays.copyOfRange(buffer, position, end);
        position = end + 1;
        lines++;
        if (head == null) {
          return tail;
        }
        head.write(tail, 0, tail.length);
        return head.toByteArray();
      }
      if (head == null) {
        head = new ByteArrayOutputStream(2 * (end - position));
      }
      head.write(buffer, position, end - position);
      position = end;
    }
  }

  /** How many lines {@link #next} has returned: the number of the last one, counted from 1. */
  public long lines() {
    return lines;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }
}
