package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Encoded messages and batches out of texts, and back. */
public final class Messages {
  private static final int KEY = 1;
  private static final int BODY = 2;
  private static final int PRIORITY = 4;
  private static final int DELAY = 5;
  private static final int TIME_TO_LIVE = 6;

  private Messages() {}

  /** A message with a text as its body. */
  record TestMessage(String text, String key, int priority, Duration delay, Duration timeToLive) {
    static TestMessage of(String text) {
      return new TestMessage(text, "", 0, Duration.ZERO, Duration.ZERO);
    }

    TestMessage key(String value) {
      return new TestMessage(text, value, priority, delay, timeToLive);
    }

    TestMessage priority(int value) {
      return new TestMessage(text, key, value, delay, timeToLive);
    }

    TestMessage delay(Duration value) {
      return new TestMessage(text, key, priority, value, timeToLive);
    }

    TestMessage timeToLive(Duration value) {
      return new TestMessage(text, key, priority, delay, value);
    }

    byte[] encode() {
      var out = new ByteArrayOutputStream();
      if (!key.isEmpty()) {
        putBytes(out, KEY, key.getBytes(UTF_8));
      }
      putBytes(out, BODY, text.getBytes(UTF_8));
      putNumber(out, PRIORITY, priority);
      putNumber(out, DELAY, delay.toMillis());
      putNumber(out, TIME_TO_LIVE, timeToLive.toMillis());
      return out.toByteArray();
    }
  }

  static void putNumber(ByteArrayOutputStream out, int field, long value) {
    if (value != 0) {
      putVarint(out, field << 3);
      putVarint(out, value);
    }
  }

  static void putBytes(ByteArrayOutputStream out, int field, byte[] value) {
    putVarint(out, field << 3 | 2);
    putVarint(out, value.length);
    out.writeBytes(value);
  }

  static void putVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Frames of encoded messages. */
  static ByteBuffer framesOf(List<byte[]> messages) {
    var out = new ByteArrayOutputStream();
    messages.forEach(message -> putBytes(out, 1, message));
    return ByteBuffer.wrap(out.toByteArray());
  }

  public static ByteBuffer frames(List<String> texts) {
    return framesOf(texts.stream().map(text -> TestMessage.of(text).encode()).toList());
  }

  /** Texts of the form key=value, as messages with a key and a body. */
  static Batch keyed(String... texts) {
    return keyed(null, 0, texts);
  }

  static Batch keyed(@Nullable ProducerId producer, long firstSequence, String... texts) {
    List<byte[]> messages =
        Stream.of(texts)
            .map(
                text -> {
                  int equals = text.indexOf('=');
                  return TestMessage.of(text.substring(equals + 1)).key(text.substring(0, equals));
                })
            .map(TestMessage::encode)
            .toList();
    return new Batch(producer, firstSequence, messages.size(), framesOf(messages));
  }

  public static Batch batch(String... texts) {
    return batch(null, 0, List.of(texts));
  }

  public static Batch batch(@Nullable ProducerId producer, long firstSequence, List<String> texts) {
    return new Batch(producer, firstSequence, texts.size(), frames(texts));
  }

  static Batch batch(TestMessage... messages) {
    return batchOf(List.of(messages));
  }

  static Batch batchOf(List<TestMessage> messages) {
    return new Batch(
        null, 0, messages.size(), framesOf(messages.stream().map(TestMessage::encode).toList()));
  }

  public static List<String> texts(ByteBuffer frames) {
    var texts = new ArrayList<String>();
    ByteBuffer in = frames.duplicate();
    while (in.hasRemaining()) {
      if (in.get() != 0x0A) {
        throw new IllegalStateException("not a frame");
      }
      int end = (int) getVarint(in);
      end += in.position();
      String text = null;
      while (in.position() < end) {
        int tag = (int) getVarint(in);
        if ((tag & 7) == 0) {
          getVarint(in);
          continue;
        }
        var bytes = new byte[(int) getVarint(in)];
        in.get(bytes);
        if (tag >>> 3 == BODY) {
          text = new String(bytes, UTF_8);
        }
      }
      if (text == null) {
        throw new IllegalStateException("a message without a body");
      }
      texts.add(text);
    }
    return texts;
  }

  private static long getVarint(ByteBuffer in) {
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
