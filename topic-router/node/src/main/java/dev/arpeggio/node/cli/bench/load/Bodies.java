package dev.arpeggio.node.cli.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/**
 * Bodies that say which message they are: the producer and its number, and a time, in front of
 * filling that is the same in all of them.
 *
 * @param size of a body, at least {@link #SMALLEST}
 * @param compressible whether the filling compresses, by about half, or not at all
 */
public record Bodies(int size, boolean compressible) {
  /** Room for what they say. */
  public static final int SMALLEST = 16;

  private static final int PRODUCER_BITS = 16;
  private static final int NUMBER_BITS = Long.SIZE - PRODUCER_BITS;
  private static final long SEED = 20_240_229;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** A body to stamp again and again: the client copies it when it sends it. */
  public byte[] template() {
    byte[] body = new byte[size];
    new Random(SEED).nextBytes(body);
    if (compressible) {
      for (int i = 0; i < size; i += 2) {
        body[i] = 0;
      }
    }
    return body;
  }

  /** Says which message it is, and a time that means something to this process. */
  public static void stamp(byte[] body, int producer, long number, long timeNanos) {
    LONG.set(body, 0, ((long) producer << NUMBER_BITS) | number);
    LONG.set(body, Long.BYTES, timeNanos);
  }

  static int producer(byte[] body) {
    return (int) ((long) LONG.get(body, 0) >>> NUMBER_BITS);
  }

  /** The number of the message, within its producer. */
  public static long number(byte[] body) {
    return (long) LONG.get(body, 0) & ((1L << NUMBER_BITS) - 1);
  }

  /** The time on it. */
  public static long timeNanos(byte[] body) {
    return (long) LONG.get(body, Long.BYTES);
  }

  /** Whether it is as long as that one and has the same filling. */
  public static boolean sameFilling(byte[] one, byte[] other) {
    return one.length >= SMALLEST
        && Arrays.equals(one, SMALLEST, one.length, other, SMALLEST, other.length);
  }
}
