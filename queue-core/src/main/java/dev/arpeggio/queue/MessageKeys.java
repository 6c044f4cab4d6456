package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds a message's key: field 1 of the encoded message, a string of bytes. The rest is skipped.
 */
final class MessageKeys {
  private static final int KEY_FIELD = 1;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private MessageKeys() {}

  /**
   * The key of a framed message, as a copy; null if it has none, or is not encoded as it should be.
   */
  static @Nullable ByteBuffer key(ByteBuffer frame) {
    ByteBuffer in = frame.duplicate();
    ByteBuffer key = null;
    try {
      // The frame's own tag and length.
      in.get();
      varint(in);
      while (in.hasRemaining()) {
        long tag = varint(in);
        switch ((int) (tag & 7)) {
          case VARINT -> varint(in);
          case FIXED_64 -> skip(in, Long.BYTES);
          case FIXED_32 -> skip(in, Integer.BYTES);
          case BYTES -> {
            long length = varint(in);
            int start = in.position();
            skip(in, length);
            if (tag >>> 3 == KEY_FIELD) {
              key = in.duplicate().limit(in.position()).position(start);
            }
          }
          default -> {
            return null;
          }
        }
      }
    } catch (BufferUnderflowException e) {
      return null;
    }
    return key == null || !key.hasRemaining() ? null : copy(key);
  }

  private static ByteBuffer copy(ByteBuffer key) {
    var bytes = new byte[key.remaining()];
    key.get(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static void skip(ByteBuffer in, long bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + (int) bytes);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }
}
