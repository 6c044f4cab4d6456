package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A message that goes from one topic to another: its frame, taken apart into the fields of the
 * message and put together again with other headers. A message that is no sequence of protobuf
 * fields keeps its bytes.
 */
final class Letter {
  /** How the names of all headers begin that say where a message comes from. */
  static final String PREFIX = "arpeggio-dead-";

  private static final int HEADERS = 3;
  private static final int PRIORITY = 4;
  private static final int DELAY = 5;
  private static final int TIME_TO_LIVE = 6;
  private static final int NAME = 1;
  private static final int VALUE = 2;
  private static final int LENGTH_DELIMITED = 2;
  private static final byte FRAME_TAG = 0x0A;

  // Everything but what a new topic does not take over.
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final ByteArrayOutputStream priority = new ByteArrayOutputStream();
  private final Map<String, String> origin = new TreeMap<>();

  private Letter() {}

  /**
   * @param frame tag, length and message
   */
  static Letter of(ByteBuffer frame) {
    ByteBuffer in = frame.duplicate();
    in.get();
    varint(in);
    ByteBuffer message = in.slice();
    var letter = new Letter();
    try {
      letter.read(message);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      var opaque = new Letter();
      copy(message.rewind(), opaque.kept);
      return opaque;
    }
    return letter;
  }

  // Delay and time to live were for the topic that the message was published to.
  private void read(ByteBuffer in) {
    while (in.hasRemaining()) {
      int start = in.position();
      long tag = varint(in);
      int field = (int) (tag >>> 3);
      ByteBuffer content = skip(in, (int) (tag & 7));
      ByteBuffer whole = in.duplicate().limit(in.position()).position(start);
      if (field == DELAY || field == TIME_TO_LIVE) {
        continue;
      }
      if (field == PRIORITY) {
        copy(whole, priority);
      } else if (field != HEADERS || !isOrigin(content)) {
        copy(whole, kept);
      }
    }
  }

  private boolean isOrigin(ByteBuffer header) {
    String name = "";
    String value = "";
    while (header.hasRemaining()) {
      long tag = varint(header);
      ByteBuffer content = skip(header, (int) (tag & 7));
      if (tag == (NAME << 3 | LENGTH_DELIMITED)) {
        name = UTF_8.decode(content).toString();
      } else if (tag == (VALUE << 3 | LENGTH_DELIMITED)) {
        value = UTF_8.decode(content).toString();
      }
    }
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    origin.put(name.substring(PREFIX.length()), value);
    return true;
  }

  /** The topic that the message was a dead letter of. */
  Optional<TopicName> originTopic() {
    String topic = origin.get("topic");
    return topic == null || !Names.isValid(topic)
        ? Optional.empty()
        : Optional.of(new TopicName(topic));
  }

  /** The partition of that topic. */
  OptionalInt originPartition() {
    try {
      int partition = Integer.parseInt(origin.getOrDefault("partition", ""));
      return partition < 0 || partition >= TopicConfig.MAX_PARTITIONS
          ? OptionalInt.empty()
          : OptionalInt.of(partition);
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** The frame as it was, but for delay, time to live, and where it came from. */
  byte[] bare() {
    return frame(true, new byte[0]);
  }

  /** Without its priority, too, for a topic that does not take it. */
  byte[] barest() {
    return frame(false, new byte[0]);
  }

  /**
   * With headers that say where it comes from.
   *
   * @param offset of this message, which is one of the move's
   */
  byte[] from(PartitionId id, String subscription, long offset, Move move) {
    var headers = new ByteArrayOutputStream();
    put(headers, "topic", id.topic().value());
    put(headers, "partition", Integer.toString(id.partition()));
    put(headers, "offset", Long.toString(offset));
    put(headers, "subscription", subscription);
    put(headers, "deliveries", Integer.toString(move.deliveries()));
    put(headers, "reason", move.reason());
    put(headers, "time-ms", Long.toString(move.timeMillis()));
    return frame(true, headers.toByteArray());
  }

  private byte[] frame(boolean withPriority, byte[] headers) {
    var message = new ByteArrayOutputStream();
    message.writeBytes(kept.toByteArray());
    if (withPriority) {
      message.writeBytes(priority.toByteArray());
    }
    message.writeBytes(headers);
    var frame = new ByteArrayOutputStream(message.size() + 5);
    frame.write(FRAME_TAG);
    putVarint(frame, message.size());
    frame.writeBytes(message.toByteArray());
    return frame.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, String name, String value) {
    var header = new ByteArrayOutputStream();
    putBytes(header, NAME, (PREFIX + name).getBytes(UTF_8));
    putBytes(header, VALUE, value.getBytes(UTF_8));
    putBytes(out, HEADERS, header.toByteArray());
  }

  private static void putBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    putVarint(out, field << 3 | LENGTH_DELIMITED);
    putVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void putVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number that is too long");
  }

  /** Passes over a field's content, which is also what it returns if that has a length. */
  private static ByteBuffer skip(ByteBuffer in, int wireType) {
    long length =
        switch (wireType) {
          case 0 -> {
            varint(in);
            yield 0;
          }
          case 1 -> Long.BYTES;
          case LENGTH_DELIMITED -> varint(in);
          case 5 -> Integer.BYTES;
          default -> throw new IllegalArgumentException("wire type " + wireType);
        };
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer content = in.slice().limit((int) length);
    in.position(in.position() + (int) length);
    return content;
  }

  private static void copy(ByteBuffer from, ByteArrayOutputStream to) {
    var bytes = new byte[from.remaining()];
    from.duplicate().get(bytes);
    to.writeBytes(bytes);
  }
}
