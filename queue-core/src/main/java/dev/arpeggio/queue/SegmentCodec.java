package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a segment's znode: epoch, first offset, count, time of commit, which producer's
 * batches it holds, and then the messages' frames as they came.
 */
final class SegmentCodec {
  /** Largest content; leaves room in a commit for what else it writes. */
  static final int MAX_BYTES = 496 * 1024;

  static final int ENTRY_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;
  static final int HEADER_BYTES = Checksums.PREFIX_BYTES + 1 + 3 * Long.BYTES + 2 * Integer.BYTES;
  private static final int MAGIC = 0x41525053; // "ARPS"
  private static final int VERSION = 1;

  private SegmentCodec() {}

  /**
   * A batch of a producer that wants its repeats to be recognised.
   *
   * @param at number of its first message within the segment
   */
  record Entry(ProducerId producer, long firstSequence, int count, int at) {
    long lastSequence() {
      return firstSequence + count - 1;
    }
  }

  /** A segment that was read. */
  record Decoded(List<Entry> entries, Body body) {}

  /** A segment that is ready to be stored. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Encoded(byte[] content, List<Entry> entries, Body body) {}

  static Encoded encode(Epoch epoch, long first, long timeMillis, List<PendingAppend> appends) {
    var entries = new ArrayList<Entry>();
    int count = 0;
    int frameBytes = 0;
    boolean plain = true;
    for (PendingAppend append : appends) {
      ProducerId producer = append.producer();
      if (producer != null) {
        entries.add(new Entry(producer, append.firstSequence(), append.count(), count));
      }
      count += append.count();
      frameBytes += append.frameBytes();
      plain &= append.isPlain();
    }
    var content = new byte[HEADER_BYTES + entries.size() * ENTRY_BYTES + frameBytes];
    var out = ByteBuffer.wrap(content).position(Checksums.PREFIX_BYTES);
    out.put((byte) VERSION)
        .putLong(epoch.value())
        .putLong(first)
        .putInt(count)
        .putLong(timeMillis)
        .putInt(entries.size());
    for (Entry entry : entries) {
      out.putLong(entry.producer().high()).putLong(entry.producer().low());
      out.putLong(entry.firstSequence()).putInt(entry.count()).putInt(entry.at());
    }
    var starts = new int[count];
    int message = 0;
    for (PendingAppend append : appends) {
      message = append.copyStarts(starts, message, out.position());
      out.put(append.frames());
    }
    Checksums.seal(content, MAGIC);
    return new Encoded(content, entries, new Body(content, starts, timeMillis, plain));
  }

  /**
   * @throws QueueException STORE_CORRUPT if this is not the segment of that name, or from an epoch
   *     after {@code newest}
   */
  static Decoded decode(String path, SegmentName name, Epoch newest, byte[] content)
      throws QueueException {
    ByteBuffer in = Checksums.open(path, content, MAGIC, VERSION, "a segment");
    try {
      long epoch = in.getLong();
      long first = in.getLong();
      int count = in.getInt();
      if (first != name.first() || count != name.count() || epoch > newest.value()) {
        throw QueueException.storeCorrupt(path, "a segment of another place or time");
      }
      long timeMillis = in.getLong();
      int entryCount = in.getInt();
      if (entryCount < 0 || entryCount > in.remaining() / ENTRY_BYTES) {
        throw QueueException.storeCorrupt(path, "a segment with " + entryCount + " entries");
      }
      var entries = new ArrayList<Entry>(entryCount);
      for (int i = 0; i < entryCount; i++) {
        var producer = new ProducerId(in.getLong(), in.getLong());
        entries.add(new Entry(producer, in.getLong(), in.getInt(), in.getInt()));
      }
      int bodyStart = in.position();
      var frames = Frames.index(in, count, TopicConfig.MAX_MESSAGE_BYTES, TopicConfig.MAX_PRIORITY);
      int[] starts = frames.starts();
      for (int i = 0; i < starts.length; i++) {
        starts[i] += bodyStart;
      }
      return new Decoded(entries, new Body(content, starts, timeMillis, frames.plain()));
    } catch (BufferUnderflowException e) {
      throw QueueException.storeCorrupt(path, "a segment that is too short");
    } catch (QueueException e) {
      throw e.reason() == QueueException.Reason.STORE_CORRUPT
          ? e
          : QueueException.storeCorrupt(path, "its messages are not framed: " + e.getMessage());
    }
  }
}
