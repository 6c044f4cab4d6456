package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames and batches out of texts, and back. */
public final class Messages {
  private Messages() {}

  public static ByteBuffer frames(List<String> texts) {
    var out = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      out.write(0x0A);
      putVarint(out, bytes.length);
      out.writeBytes(bytes);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  /** Texts of the form key=value, as encoded messages with a key and a body. */
  static Batch keyed(String... texts) {
    var encoded = new ByteArrayOutputStream();
    for (String text : texts) {
      var message = new ByteArrayOutputStream();
      int equals = text.indexOf('=');
      putField(message, 1, text.substring(0, equals));
      putField(message, 2, text.substring(equals + 1));
      encoded.write(0x0A);
      putVarint(encoded, message.size());
      encoded.writeBytes(message.toByteArray());
    }
    return new Batch(null, 0, texts.length, ByteBuffer.wrap(encoded.toByteArray()));
  }

  private static void putField(ByteArrayOutputStream out, int field, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > 0) {
      out.write(field << 3 | 2);
      putVarint(out, bytes.length);
      out.writeBytes(bytes);
    }
  }

  private static void putVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  public static Batch batch(String... texts) {
    return batch(null, 0, List.of(texts));
  }

  public static Batch batch(@Nullable ProducerId producer, long firstSequence, List<String> texts) {
    return new Batch(producer, firstSequence, texts.size(), frames(texts));
  }

  public static List<String> texts(ByteBuffer frames) {
    var texts = new ArrayList<String>();
    ByteBuffer in = frames.duplicate();
    while (in.hasRemaining()) {
      if (in.get() != 0x0A) {
        throw new IllegalStateException("not a frame");
      }
      int length = 0;
      int shift = 0;
      byte next;
      do {
        next = in.get();
        length |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      var bytes = new byte[length];
      in.get(bytes);
      texts.add(new String(bytes, UTF_8));
    }
    return texts;
  }
}
