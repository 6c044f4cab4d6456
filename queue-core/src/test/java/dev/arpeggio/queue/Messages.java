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
      int length = bytes.length;
      while (length >= 0x80) {
        out.write((length & 0x7F) | 0x80);
        length >>>= 7;
      }
      out.write(length);
      out.writeBytes(bytes);
    }
    return ByteBuffer.wrap(out.toByteArray());
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
