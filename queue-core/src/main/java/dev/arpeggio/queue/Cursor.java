package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored of a subscription.
 *
 * @param floor every message below is acknowledged
 * @param acknowledged ranges above the floor, in order, neither overlapping nor touching
 * @param redeliveries how often messages were delivered that came back, in order; advice only, so
 *     that there may be less of it than there was
 */
record Cursor(
    SubscriptionKind kind,
    long floor,
    List<OffsetRange> acknowledged,
    List<Redeliveries.Redelivery> redeliveries) {
  /** Beyond, counts are left out. */
  static final int MAX_REDELIVERIES = 2_048;

  private static final int MAGIC = 0x41525043; // "ARPC"
  private static final int VERSION = 2;
  private static final int MAX_VARINT_BYTES = 10;

  byte[] encode() {
    var counted = redeliveries.subList(0, Math.min(redeliveries.size(), MAX_REDELIVERIES));
    var out =
        ByteBuffer.allocate(
            Checksums.PREFIX_BYTES
                + 2
                + MAX_VARINT_BYTES * (3 + 2 * acknowledged.size() + 3 * counted.size()));
    out.position(Checksums.PREFIX_BYTES).put((byte) VERSION).put(kind.code());
    putVarint(out, floor);
    putVarint(out, acknowledged.size());
    long at = floor;
    for (OffsetRange range : acknowledged) {
      putVarint(out, range.first() - at);
      putVarint(out, range.count());
      at = range.end();
    }
    putVarint(out, counted.size());
    at = floor;
    for (var range : counted) {
      putVarint(out, range.first() - at);
      putVarint(out, range.end() - range.first());
      putVarint(out, range.count());
      at = range.end();
    }
    var content = new byte[out.position()];
    out.flip().get(content);
    Checksums.seal(content, MAGIC);
    return content;
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
      return new Cursor(kind, floor, acknowledged, redeliveries);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw QueueException.storeCorrupt(path, "a cursor that makes no sense");
    }
  }

  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
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
}
