package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages as they are on the wire: key, body, headers, priority, delay and time to live. */
final class Wire {
  private Wire() {}

  /** A message; numbers that are 0 are left out. */
  record Message(
      String key,
      String body,
      SortedMap<String, String> headers,
      long priority,
      long delayMillis,
      long timeToLiveMillis) {
    static Message of(String body) {
      return new Message("", body, new TreeMap<>(), 0, 0, 0);
    }

    /** The value of a header that says where a dead letter comes from. */
    @Nullable String origin(String what) {
      return headers.get(Letter.PREFIX + what);
    }
  }

  static Batch batch(@Nullable ProducerId producer, long firstSequence, List<Message> messages) {
    var out = new ByteArrayOutputStream();
    messages.forEach(message -> bytes(out, 1, encode(message)));
    return new Batch(producer, firstSequence, messages.size(), ByteBuffer.wrap(out.toByteArray()));
  }

  static Batch batch(String... bodies) {
    return batch(null, 0, List.of(bodies).stream().map(Message::of).toList());
  }

  private static byte[] encode(Message message) {
    var out = new ByteArrayOutputStream();
    if (!message.key().isEmpty()) {
      bytes(out, 1, message.key().getBytes(UTF_8));
    }
    bytes(out, 2, message.body().getBytes(UTF_8));
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      var inner = new ByteArrayOutputStream();
      bytes(inner, 1, header.getKey().getBytes(UTF_8));
      bytes(inner, 2, header.getValue().getBytes(UTF_8));
      bytes(out, 3, inner.toByteArray());
    }
    number(out, 4, message.priority());
    number(out, 5, message.delayMillis());
    number(out, 6, message.timeToLiveMillis());
    return out.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] content) {
    varint(out, field << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    if (value != 0) {
      varint(out, (long) field << 3);
      varint(out, value);
    }
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static List<Message> messages(ByteBuffer frames) {
    var list = new ArrayList<Message>();
    ByteBuffer in = frames.duplicate();
    while (in.hasRemaining()) {
      varint(in);
      list.add(decode(content(in)));
    }
    return list;
  }

  static List<String> bodies(TestSink sink) {
    return messages(sink).stream().map(Message::body).toList();
  }

  static List<Message> messages(TestSink sink) {
    return sink.deliveries().stream().flatMap(d -> messages(d.messages()).stream()).toList();
  }

  private static Message decode(ByteBuffer in) {
    String key = "";
    String body = "";
    var headers = new TreeMap<String, String>();
    var numbers = new long[7];
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag >>> 3) {
        case 1 -> key = text(content(in));
        case 2 -> body = text(content(in));
        case 3 -> {
          ByteBuffer header = content(in);
          varint(header);
          String name = text(content(header));
          varint(header);
          headers.put(name, text(content(header)));
        }
        default -> numbers[tag >>> 3] = varint(in);
      }
    }
    return new Message(key, body, headers, numbers[4], numbers[5], numbers[6]);
  }

  private static String text(ByteBuffer in) {
    return UTF_8.decode(in).toString();
  }

  private static ByteBuffer content(ByteBuffer in) {
    int length = (int) varint(in);
    ByteBuffer content = in.slice().limit(length);
    in.position(in.position() + length);
    return content;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    byte next;
    int shift = 0;
    do {
      next = in.get();
      value |= (long) (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }
}
