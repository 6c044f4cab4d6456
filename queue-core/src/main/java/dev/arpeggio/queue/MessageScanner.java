package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Reads of an encoded message what a partition has to know: key, priority, delay and time to live.
 *
 * <p>Walks over the fields, decodes nothing else and creates nothing: a scanner is used for many
 * messages, one after the other, and tells about the last one. Fields that it does not know are
 * skipped. The fields' numbers are those of {@code arpeggio.v1.Message}.
 */
final class MessageScanner {
  /** Longest delay and time to live. */
  static final long MAX_MILLIS = Duration.ofDays(36_500).toMillis();

  private static final int KEY = 1;
  private static final int PRIORITY = 4;
  private static final int DELAY = 5;
  private static final int TIME_TO_LIVE = 6;

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = 7;

  private static final long HASH_START = 0xCBF29CE484222325L;
  private static final long HASH_FACTOR = 0x100000001B3L;

  private final int highestPriority;
  private int priority;
  private long delayMillis;
  private long timeToLiveMillis;
  private int keyStart;
  private int keyLength;
  private int at;

  /**
   * @param highestPriority a message of a higher one is refused
   */
  MessageScanner(int highestPriority) {
    this.highestPriority = highestPriority;
  }

  /** Whether the message is like those of a topic that knows neither priorities nor times. */
  boolean isPlain() {
    return (priority | delayMillis | timeToLiveMillis) == 0;
  }

  int priority() {
    return priority;
  }

  long delayMillis() {
    return delayMillis;
  }

  /** 0: as the topic has it. */
  long timeToLiveMillis() {
    return timeToLiveMillis;
  }

  boolean hasKey() {
    return keyLength > 0;
  }

  int keyLength() {
    return keyLength;
  }

  ByteBuffer copyKey(ByteBuffer in) {
    var copy = new byte[keyLength];
    in.get(keyStart, copy);
    return ByteBuffer.wrap(copy);
  }

  /**
   * Of the key's bytes. Good enough to take equal ones for the same key; who picks keys to make
   * them collide only slows itself down.
   */
  long keyHash(ByteBuffer in) {
    long hash = HASH_START;
    for (int i = keyStart; i < keyStart + keyLength; i++) {
      hash = (hash ^ (in.get(i) & 0xFF)) * HASH_FACTOR;
    }
    return hash;
  }

  /**
   * Scans the message in bytes {@code from} to {@code end - 1} of the buffer.
   *
   * @param number of the message in its batch, to speak of it
   * @throws QueueException INVALID_ARGUMENT, naming the field
   */
  void scan(ByteBuffer in, int from, int end, int number) throws QueueException {
    priority = 0;
    delayMillis = 0;
    timeToLiveMillis = 0;
    keyLength = 0;
    at = from;
    while (at < end) {
      long tag = varint(in, end, number);
      int type = (int) tag & TYPE_MASK;
      long field = tag >>> TYPE_BITS;
      if (field < 1 || field > Integer.MAX_VALUE >>> 2) {
        throw malformed(number);
      }
      switch (type) {
        case VARINT -> take(field, varint(in, end, number), number);
        case LENGTH_DELIMITED -> {
          long length = varint(in, end, number);
          if (length < 0 || length > end - at) {
            throw malformed(number);
          }
          if (field == KEY) {
            keyStart = at;
            keyLength = (int) length;
          }
          at += (int) length;
        }
        case FIXED_64 -> at += Long.BYTES;
        case FIXED_32 -> at += Integer.BYTES;
        default -> throw malformed(number);
      }
    }
    if (at > end) {
      throw malformed(number);
    }
  }

  private void take(long field, long value, int number) throws QueueException {
    if (field == PRIORITY) {
      if (value < 0 || value > highestPriority) {
        throw outOfRange("priority", value, highestPriority, number);
      }
      priority = (int) value;
    } else if (field == DELAY) {
      delayMillis = checkedMillis("delay_ms", value, number);
    } else if (field == TIME_TO_LIVE) {
      timeToLiveMillis = checkedMillis("time_to_live_ms", value, number);
    }
  }

  private static long checkedMillis(String field, long value, int number) throws QueueException {
    if (value < 0 || value > MAX_MILLIS) {
      throw outOfRange(field, value, MAX_MILLIS, number);
    }
    return value;
  }

  private long varint(ByteBuffer in, int end, int number) throws QueueException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
      byte next = in.get(at++);
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed(number);
  }

  private static QueueException malformed(int number) {
    return QueueException.invalidArgument(
        "messages", "message " + number + " is not encoded as it should be");
  }

  private static QueueException outOfRange(String field, long value, long most, int number) {
    return QueueException.invalidArgument(
        field,
        "message " + number + ": must be 0 to " + most + ", not " + Long.toUnsignedString(value));
  }
}
