package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Numbers of up to 63 bits in as few bytes as they need, seven bits in each, lowest first. */
final class Varints {
  static final int MAX_BYTES = 9;

  private Varints() {}

  static int bytes(long value) {
    int bytes = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }

  /**
   * @param value at least 0
   */
  static void put(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * @throws BufferUnderflowException also if it is longer than any that was put
   */
  static long get(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  /**
   * A number that sizes something.
   *
   * @throws BufferUnderflowException also if it is larger than {@code most}
   */
  static int getSize(ByteBuffer in, int most) {
    long value = get(in);
    if (value > most) {
      throw new BufferUnderflowException();
    }
    return (int) value;
  }
}
