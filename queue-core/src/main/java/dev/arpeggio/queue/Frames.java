package dev.arpeggio.queue;

import java.nio.ByteBuffer;

/**
 * The framing of messages: each is the byte {@code 0x0A}, its length as a protobuf varint, and that
 * many bytes. Concatenated frames are an encoded protobuf message with one repeated field.
 *
 * @param starts where each frame starts
 * @param plain whether no message has a priority, a delay or a time to live
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Frames(int[] starts, boolean plain) {
  private static final byte TAG = 0x0A;
  private static final int MAX_VARINT_BYTES = 5;

  /**
   * The frames of the buffer's remaining bytes, starts counted from its position.
   *
   * @throws QueueException INVALID_ARGUMENT if these are not exactly {@code count} frames or one of
   *     the messages is malformed, MESSAGE_TOO_LARGE if one is larger than {@code maxMessageBytes}
   */
  static Frames index(ByteBuffer frames, int count, int maxMessageBytes, int highestPriority)
      throws QueueException {
    // Two bytes are the least that a frame takes; checked first, as the count sizes the index.
    if (count < 1 || count > frames.remaining() / 2) {
      throw QueueException.invalidArgument(
          "count", count + " messages in " + frames.remaining() + " bytes");
    }
    var scanner = new MessageScanner(highestPriority);
    boolean plain = true;
    var starts = new int[count];
    int base = frames.position();
    int limit = frames.limit();
    int at = base;
    for (int i = 0; i < count; i++) {
      starts[i] = at - base;
      if (at >= limit || frames.get(at) != TAG) {
        throw malformed(i);
      }
      at++;
      long length = 0;
      for (int shift = 0; ; shift += 7) {
        if (at >= limit || shift >= 7 * MAX_VARINT_BYTES) {
          throw malformed(i);
        }
        byte next = frames.get(at++);
        length |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          break;
        }
      }
      if (length > limit - at) {
        throw malformed(i);
      }
      if (length > maxMessageBytes) {
        throw QueueException.messageTooLarge((int) length, maxMessageBytes);
      }
      scanner.scan(frames, at, at + (int) length, i);
      plain &= scanner.isPlain();
      at += (int) length;
    }
    if (at != limit) {
      throw QueueException.invalidArgument("count", "more bytes than " + count + " messages");
    }
    return new Frames(starts, plain);
  }

  /** Some of the frames, and their bytes. */
  record Part(Frames frames, ByteBuffer bytes) {}

  /**
   * Those frames of a buffer that are heard.
   *
   * @param all the buffer whose remaining bytes these are the frames of
   */
  Part part(ByteBuffer all, Heard heard) {
    int bytes = 0;
    var kept = new int[heard.count()];
    var copy = new byte[all.remaining()];
    int next = 0;
    for (int i = heard.unheard().nextClearBit(0);
        i < starts.length;
        i = heard.unheard().nextClearBit(i + 1)) {
      int end = i + 1 < starts.length ? starts[i + 1] : all.remaining();
      kept[next++] = bytes;
      all.get(all.position() + starts[i], copy, bytes, end - starts[i]);
      bytes += end - starts[i];
    }
    return new Part(new Frames(kept, plain), ByteBuffer.wrap(copy, 0, bytes));
  }

  /** Where the message begins whose frame, which was checked before, starts there. */
  static int messageStart(ByteBuffer frames, int frameStart) {
    int at = frameStart + 1;
    while (frames.get(at++) < 0) {
      // The length ends with the first byte without a continuation bit.
    }
    return at;
  }

  private static QueueException malformed(int message) {
    return QueueException.invalidArgument(
        "messages", "message " + message + " is not framed as it should be");
  }
}
