package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A message of a simulation. All that it asks for can be read off its text, which is its body: so
 * whoever watches from outside knows it, whatever became of the other fields.
 *
 * @param id {@code producer-sequence}
 * @param key 0: none
 * @param delayMillis how long after its commit it is not to be delivered
 * @param lifeMillis how long after its commit it expires; 0: as the topic has it
 * @param padding to be as long as it is to be
 */
public record Sample(
    String id, int key, int priority, long delayMillis, long lifeMillis, String padding) {
  private static final byte FRAME = 0x0A;
  private static final byte KEY = 0x0A;
  private static final byte BODY = 0x12;
  private static final byte PRIORITY = 0x20;
  private static final byte DELAY = 0x28;
  private static final byte TIME_TO_LIVE = 0x30;
  private static final int FIELDS = 4;

  /** A message that asks for nothing. */
  public static Sample plain(String id, String padding) {
    return new Sample(id, 0, 0, 0, 0, padding);
  }

  /** The message of which this is the text. */
  public static Sample of(String text) {
    int dot = text.indexOf('.');
    int second = text.indexOf('.', dot + 1);
    if (dot < 0 || second < 0) {
      return plain(dot < 0 ? text : text.substring(0, dot), "");
    }
    String[] fields = text.substring(dot + 1, second).split(",", FIELDS);
    return new Sample(
        text.substring(0, dot),
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        text.substring(second + 1));
  }

  public String text() {
    return id + "." + key + "," + priority + "," + delayMillis + "," + lifeMillis + "." + padding;
  }

  /**
   * The message in its frame, as clients encode it.
   *
   * @param text its body
   */
  byte[] encoded(String text) {
    byte[] body = text.getBytes(UTF_8);
    byte[] keyBytes = key == 0 ? new byte[0] : ("k" + key).getBytes(UTF_8);
    ByteBuffer fields = ByteBuffer.allocate(body.length + keyBytes.length + 64);
    if (key != 0) {
      putBytes(fields, KEY, keyBytes);
    }
    putBytes(fields, BODY, body);
    putNumber(fields, PRIORITY, priority);
    putNumber(fields, DELAY, delayMillis);
    putNumber(fields, TIME_TO_LIVE, lifeMillis);
    fields.flip();
    byte[] message = new byte[fields.remaining()];
    fields.get(message);
    ByteBuffer frame = ByteBuffer.allocate(message.length + 16);
    putBytes(frame, FRAME, message);
    byte[] all = new byte[frame.position()];
    frame.flip().get(all);
    return all;
  }

  private static void putBytes(ByteBuffer out, byte tag, byte[] bytes) {
    out.put(tag);
    putVarint(out, bytes.length);
    out.put(bytes);
  }

  private static void putNumber(ByteBuffer out, byte tag, long value) {
    if (value != 0) {
      out.put(tag);
      putVarint(out, value);
    }
  }

  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      out.put((byte) ((rest & 0x7F) | 0x80));
    }
    out.put((byte) rest);
  }

  /** The body of the next message in the buffer, which then stands behind it. */
  static String nextText(ByteBuffer frames) {
    varint(frames);
    int length = (int) varint(frames);
    int end = frames.position() + length;
    String text = "";
    while (frames.position() < end) {
      byte tag = (byte) varint(frames);
      long value = varint(frames);
      if ((tag & 7) == 2) {
        int start = frames.position();
        if (tag == BODY) {
          byte[] bytes = new byte[(int) value];
          frames.get(bytes);
          text = new String(bytes, UTF_8);
        }
        frames.position(start + (int) value);
      }
    }
    return text;
  }

  static long varint(ByteBuffer in) {
    long value = 0;
    int shift = 0;
    byte next;
    do {
      next = in.get();
      value |= (long) (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }
}
