package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is stored of a subscription.
 *
 * @param floor every message below is acknowledged
 * @param acknowledged ranges above the floor, in order, neither overlapping nor touching
 * @param redeliveries how often messages were delivered that came back, in order; advice only, so
 *     that there may be less of it than there was
 * @param waits until when some of these wait, in order; advice only, too
 * @param lanes the messages that are on their way to other topics, which are neither below the
 *     floor nor acknowledged
 */
record Cursor(
    SubscriptionKind kind,
    long floor,
    List<OffsetRange> acknowledged,
    List<Redeliveries.Redelivery> redeliveries,
    List<Wait> waits,
    List<MoveLane.State> lanes) {
  /** Beyond, counts are left out. */
  static final int MAX_REDELIVERIES = 2_048;

  /** Beyond, messages that came back do not wait after a takeover. */
  static final int MAX_WAITS = 2_048;

  private static final int MAGIC = 0x41525043; // "ARPC"
  private static final int VERSION = 2;

  /** Messages that came back, and are not to be delivered before that time. */
  record Wait(long first, long end, long readyAtMillis) {}

  /** That of the same subscription in a log that has nothing yet. */
  Cursor ofNewLog() {
    return new Cursor(kind, 0, List.of(), List.of(), List.of(), List.of());
  }

  byte[] encode() {
    var out = new Encoder();
    out.putByte(VERSION);
    out.putByte(kind.code());
    out.putVarint(floor);
    out.putVarint(acknowledged.size());
    long at = floor;
    for (OffsetRange range : acknowledged) {
      at = out.putRange(at, range.first(), range.end());
    }
    var counted = redeliveries.subList(0, Math.min(redeliveries.size(), MAX_REDELIVERIES));
    out.putVarint(counted.size());
    at = floor;
    for (var range : counted) {
      at = out.putRange(at, range.first(), range.end());
      out.putVarint(range.count());
    }
    var timed = waits.subList(0, Math.min(waits.size(), MAX_WAITS));
    out.putVarint(timed.size());
    at = floor;
    for (Wait range : timed) {
      at = out.putRange(at, range.first(), range.end());
      out.putVarint(range.readyAtMillis());
    }
    out.putVarint(lanes.size());
    lanes.forEach(lane -> encode(out, lane));
    byte[] content = out.content();
    Checksums.seal(content, MAGIC);
    return content;
  }

  private static void encode(Encoder out, MoveLane.State lane) {
    out.putText(lane.topic().value());
    out.putVarint(lane.partition() + 1L);
    out.putVarint(lane.redrive() ? 1 : 0);
    out.putVarint(lane.producer().high());
    out.putVarint(lane.producer().low());
    out.putVarint(lane.nextSequence());
    out.putVarint(lane.moves().size());
    for (Move move : lane.moves()) {
      out.putVarint(move.first());
      out.putVarint(move.count());
      out.putVarint(move.firstSequence());
      out.putVarint(move.deliveries());
      out.putText(move.reason());
      out.putVarint(move.timeMillis());
    }
  }

  /**
   * @throws QueueException STORE_CORRUPT
   */
  static Cursor decode(String path, byte[] content) throws QueueException {
    ByteBuffer in = Checksums.open(path, content, MAGIC, VERSION, "a cursor");
    try {
      var kind = SubscriptionKind.ofCode(in.get());
      long floor = getVarint(in);
      long at = floor;
      long ackCount = getVarint(in);
      var acknowledged = new ArrayList<OffsetRange>();
      for (long i = 0; i < ackCount; i++) {
        var range = new OffsetRange(at + getVarint(in), getVarint(in));
        acknowledged.add(range);
        at = range.end();
      }
      at = floor;
      long redeliveryCount = getVarint(in);
      var redeliveries = new ArrayList<Redeliveries.Redelivery>();
      for (long i = 0; i < redeliveryCount; i++) {
        var range = new OffsetRange(at + getVarint(in), getVarint(in));
        redeliveries.add(
            new Redeliveries.Redelivery(range.first(), range.end(), (int) getVarint(in)));
        at = range.end();
      }
      at = floor;
      long waitCount = getVarint(in);
      var waits = new ArrayList<Wait>();
      for (long i = 0; i < waitCount; i++) {
        var range = new OffsetRange(at + getVarint(in), getVarint(in));
        waits.add(new Wait(range.first(), range.end(), getVarint(in)));
        at = range.end();
      }
      long laneCount = getVarint(in);
      var lanes = new ArrayList<MoveLane.State>();
      for (long i = 0; i < laneCount; i++) {
        lanes.add(decodeLane(in));
      }
      return new Cursor(kind, floor, acknowledged, redeliveries, waits, lanes);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw QueueException.storeCorrupt(path, "a cursor that makes no sense");
    }
  }

  private static MoveLane.State decodeLane(ByteBuffer in) {
    var topic = new TopicName(getText(in));
    int partition = (int) (getVarint(in) - 1);
    boolean redrive = getVarint(in) == 1;
    var producer = new ProducerId(getVarint(in), getVarint(in));
    long nextSequence = getVarint(in);
    long moveCount = getVarint(in);
    var moves = new ArrayList<Move>();
    for (long i = 0; i < moveCount; i++) {
      var range = new OffsetRange(getVarint(in), getVarint(in));
      moves.add(
          new Move(
              range.first(),
              range.count(),
              getVarint(in),
              (int) getVarint(in),
              getText(in),
              getVarint(in)));
    }
    return new MoveLane.State(topic, partition, redrive, producer, nextSequence, moves);
  }

  private static String getText(ByteBuffer in) {
    long length = getVarint(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  private static long getVarint(ByteBuffer in) {
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

  /** Writes numbers and texts one behind the other. */
  private static final class Encoder {
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes = new byte[256];
    private int length = Checksums.PREFIX_BYTES;

    private void room(int wanted) {
      if (bytes.length - length < wanted) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + wanted));
      }
    }

    void putByte(int value) {
      room(1);
      bytes[length++] = (byte) value;
    }

    void putVarint(long value) {
      room(MAX_VARINT_BYTES);
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
        rest >>>= 7;
      }
      bytes[length++] = (byte) rest;
    }

    /** A range behind {@code from}; its end. */
    long putRange(long from, long first, long end) {
      putVarint(first - from);
      putVarint(end - first);
      return end;
    }

    void putText(String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      putVarint(utf8.length);
      room(utf8.length);
      System.arraycopy(utf8, 0, bytes, length, utf8.length);
      length += utf8.length;
    }

    byte[] content() {
      return Arrays.copyOf(bytes, length);
    }
  }
}
