package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The last committed sequence of each producer, by which repeats are recognised. Bounded: the
 * producer that was silent for longest is forgotten first.
 *
 * <p>Stored together with what the publishers' {@link Arbiter} has to say, the start of the log and
 * the offset up to which it is complete: in every commit that deletes segments, since what they
 * said about their producers must not be lost with them, and now and then, so that a takeover has
 * few segments to read before it knows all repeats. Holding more than it says does no harm, since
 * whoever reads it goes on with the headers of the segments that follow, and keeps the maximum.
 */
final class ProducerTable {
  static final int MAX_PRODUCERS = 4_096;
  private static final int MAGIC = 0x41525050; // "ARPP"
  private static final int VERSION = 2;
  private static final int ENTRY_BYTES = 4 * Long.BYTES;
  private static final int HEADER_BYTES =
      Checksums.PREFIX_BYTES + 1 + 2 * Long.BYTES + Integer.BYTES;

  private static final long NO_OFFSET = -1;

  private final LinkedHashMap<ProducerId, Last> lasts = new LinkedHashMap<>();

  /**
   * A producer's last batch.
   *
   * @param offset of the last message of it that is stored; negative: none is
   */
  record Last(long sequence, long offset) {
    /** What a batch that ends with {@code sequence} is stored at, where it is known. */
    OptionalLong offsetOf(long wanted) {
      return wanted == sequence && offset >= 0 ? OptionalLong.of(offset) : OptionalLong.empty();
    }
  }

  /**
   * What is stored.
   *
   * @param knownTo what the segments before this offset say about producers, the table knows
   * @param publishers what the arbiter wrote, which may be nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Snapshot(long logStart, long knownTo, ProducerTable table, byte[] publishers) {}

  @Nullable Last last(ProducerId producer) {
    return lasts.get(producer);
  }

  /** Takes note of a committed segment's batches. */
  void apply(long firstOffset, Iterable<SegmentCodec.Entry> entries) {
    for (var entry : entries) {
      int stored = entry.count();
      long last = stored == 0 ? NO_OFFSET : firstOffset + entry.at() + stored - 1;
      put(entry.producer(), new Last(entry.lastSequence(), last));
    }
  }

  private void put(ProducerId producer, Last last) {
    // Out and in again: the order of the map is that of the last use.
    Last before = lasts.remove(producer);
    lasts.put(producer, before != null && before.sequence() > last.sequence() ? before : last);
    if (lasts.size() > MAX_PRODUCERS) {
      var oldest = lasts.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  int encodedBytes() {
    return HEADER_BYTES + lasts.size() * ENTRY_BYTES;
  }

  byte[] encode(long logStart, long knownTo, byte[] publishers) {
    var content = new byte[encodedBytes() + publishers.length];
    var out = ByteBuffer.wrap(content).position(Checksums.PREFIX_BYTES);
    out.put((byte) VERSION).putLong(logStart).putLong(knownTo).putInt(lasts.size());
    for (Map.Entry<ProducerId, Last> entry : lasts.entrySet()) {
      out.putLong(entry.getKey().high()).putLong(entry.getKey().low());
      out.putLong(entry.getValue().sequence()).putLong(entry.getValue().offset());
    }
    out.put(publishers);
    Checksums.seal(content, MAGIC);
    return content;
  }

  /**
   * @throws QueueException STORE_CORRUPT
   */
  static Snapshot decode(String path, byte[] content) throws QueueException {
    ByteBuffer in = Checksums.open(path, content, MAGIC, VERSION, "a table of producers");
    try {
      long logStart = in.getLong();
      long knownTo = in.getLong();
      int count = in.getInt();
      var table = new ProducerTable();
      for (int i = 0; i < count; i++) {
        var producer = new ProducerId(in.getLong(), in.getLong());
        table.put(producer, new Last(in.getLong(), in.getLong()));
      }
      var publishers = new byte[in.remaining()];
      in.get(publishers);
      return new Snapshot(logStart, knownTo, table, publishers);
    } catch (BufferUnderflowException e) {
      throw QueueException.storeCorrupt(path, "a table of producers that is too short");
    }
  }
}
