package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a segment's znode: epoch, place in the log, time of commit, which producer's
 * batches it holds and which of their messages were not heard, and then its body: the messages'
 * frames as they came. Where a compaction took messages out, the body begins with the offset and
 * the time of commit of each that is left. The body may be deflated.
 */
final class SegmentCodec {
  /** Largest content, and largest body; leaves room in a commit for what else it writes. */
  static final int MAX_BYTES = 496 * 1024;

  static final int ENTRY_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;
  static final int HEADER_BYTES = Checksums.PREFIX_BYTES + 2 + 3 * Long.BYTES + 4 * Integer.BYTES;

  /** What a message costs besides its frame in a segment with gaps. */
  static final int GAP_BYTES = Integer.BYTES + Long.BYTES;

  private static final int MAGIC = 0x41525053; // "ARPS"
  private static final int VERSION = 2;
  private static final int DEFLATED = 1;
  private static final int WITH_GAPS = 2;
  private static final int WITH_UNHEARD = 4;

  private SegmentCodec() {}

  /**
   * A batch of a producer that wants its repeats to be recognised.
   *
   * @param heard which of its messages are stored
   * @param at number of its first message within the segment
   */
  record Entry(ProducerId producer, long firstSequence, Heard heard, int at) {
    Entry(ProducerId producer, long firstSequence, int count, int at) {
      this(producer, firstSequence, Heard.all(count), at);
    }

    /** How many of its messages are stored. */
    int count() {
      return heard.count();
    }

    long lastSequence() {
      return firstSequence + heard.sequences() - 1;
    }
  }

  /** A segment that was read. */
  record Decoded(List<Entry> entries, Body body) {}

  /**
   * A segment that is ready to be stored.
   *
   * @param content of the znode
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Encoded(byte[] content, List<Entry> entries, Body body) {
    /** Its name in that bucket, covering {@code span} offsets. */
    SegmentName name(long bucket, long first, int span) {
      return new SegmentName(bucket, first, span, body.count(), content.length);
    }
  }

  static Encoded encode(
      Epoch epoch, long first, long timeMillis, boolean compressed, List<PendingAppend> appends) {
    List<Entry> entries = entries(appends);
    int count = 0;
    int frameBytes = 0;
    boolean plain = true;
    for (PendingAppend append : appends) {
      count += append.count();
      frameBytes += append.frameBytes();
      plain &= append.isPlain();
    }
    boolean unheard = entries.stream().anyMatch(entry -> !entry.heard().isAll());
    int flags = unheard ? WITH_UNHEARD : 0;
    int unheardBytes =
        unheard ? entries.stream().mapToInt(entry -> entry.heard().encodedBytes()).sum() : 0;
    var content = new byte[HEADER_BYTES + entries.size() * ENTRY_BYTES + unheardBytes + frameBytes];
    var out = ByteBuffer.wrap(content);
    putHeader(out, epoch, first, count, count, timeMillis, flags, frameBytes, entries);
    if (unheard) {
      entries.forEach(entry -> entry.heard().encode(out));
    }
    int bodyStart = out.position();
    var starts = new int[count];
    int message = 0;
    for (PendingAppend append : appends) {
      message = append.copyStarts(starts, message, out.position());
      out.put(append.frames());
    }
    return finish(
        content,
        bodyStart,
        compressed,
        entries,
        new Body(first, content, starts, timeMillis, plain, null));
  }

  /** What the segment of these batches says of their producers. */
  static List<Entry> entries(List<PendingAppend> appends) {
    var entries = new ArrayList<Entry>();
    int count = 0;
    for (PendingAppend append : appends) {
      ProducerId producer = append.producer();
      if (producer != null) {
        entries.add(new Entry(producer, append.firstSequence(), append.heard(), count));
      }
      count += append.count();
    }
    return entries;
  }

  /**
   * A segment that covers {@code span} offsets, of which these messages are left. It does not name
   * producers: the table that is stored with it does.
   *
   * @param frames one of each message of {@code gaps}, in the same order
   */
  static Encoded encode(
      Epoch epoch,
      long first,
      int span,
      long timeMillis,
      boolean compressed,
      Body.Gaps gaps,
      List<ByteBuffer> frames) {
    int count = frames.size();
    int bodyBytes = count * GAP_BYTES;
    for (ByteBuffer frame : frames) {
      bodyBytes += frame.remaining();
    }
    var content = new byte[HEADER_BYTES + bodyBytes];
    var out = ByteBuffer.wrap(content);
    putHeader(out, epoch, first, span, count, timeMillis, WITH_GAPS, bodyBytes, List.of());
    int bodyStart = out.position();
    for (int i = 0; i < count; i++) {
      out.putInt(gaps.offsets()[i]).putLong(gaps.commitTimesMillis()[i]);
    }
    var starts = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = out.position();
      out.put(frames.get(i).duplicate());
    }
    return finish(
        content,
        bodyStart,
        compressed,
        List.of(),
        // Whether they are plain is not worth a scan here: their index finds out.
        new Body(first, content, starts, timeMillis, false, gaps));
  }

  private static void putHeader(
      ByteBuffer out,
      Epoch epoch,
      long first,
      int span,
      int count,
      long timeMillis,
      int flags,
      int bodyBytes,
      List<Entry> entries) {
    out.position(Checksums.PREFIX_BYTES);
    out.put((byte) VERSION).put((byte) flags);
    out.putLong(epoch.value()).putLong(first).putLong(timeMillis);
    out.putInt(span).putInt(count).putInt(bodyBytes).putInt(entries.size());
    for (Entry entry : entries) {
      out.putLong(entry.producer().high()).putLong(entry.producer().low());
      out.putLong(entry.firstSequence()).putInt(entry.count()).putInt(entry.at());
    }
  }

  private static Encoded finish(
      byte[] content, int bodyStart, boolean compressed, List<Entry> entries, Body body) {
    byte @Nullable [] deflated = compressed ? Compression.deflate(content, bodyStart) : null;
    byte[] stored = content;
    if (deflated != null) {
      stored = new byte[bodyStart + deflated.length];
      ByteBuffer.wrap(stored).put(content, 0, bodyStart).put(deflated);
      stored[Checksums.PREFIX_BYTES + 1] |= DEFLATED;
    }
    Checksums.seal(stored, MAGIC);
    return new Encoded(stored, entries, body);
  }

  /**
   * @throws QueueException STORE_CORRUPT if this is not the segment of that name, or from an epoch
   *     after {@code newest}
   */
  static Decoded decode(String path, SegmentName name, Epoch newest, byte[] content)
      throws QueueException {
    ByteBuffer in = Checksums.open(path, content, MAGIC, VERSION, "a segment");
    try {
      int flags = in.get();
      long epoch = in.getLong();
      long first = in.getLong();
      long timeMillis = in.getLong();
      int span = in.getInt();
      int count = in.getInt();
      int bodyBytes = in.getInt();
      if (first != name.first()
          || span != name.span()
          || count != name.count()
          || content.length != name.bytes()
          || epoch > newest.value()) {
        throw QueueException.storeCorrupt(path, "a segment of another place or time");
      }
      // Before anything is made of that size.
      if ((flags & ~(DEFLATED | WITH_GAPS | WITH_UNHEARD)) != 0
          || bodyBytes < 0
          || bodyBytes > MAX_BYTES) {
        throw QueueException.storeCorrupt(path, "a segment of another kind or size");
      }
      List<Entry> entries = getEntries(path, in, (flags & WITH_UNHEARD) != 0);
      byte[] body = content;
      if ((flags & DEFLATED) != 0) {
        body = Compression.inflate(path, in, bodyBytes);
        in = ByteBuffer.wrap(body);
      }
      if (in.remaining() != bodyBytes) {
        throw QueueException.storeCorrupt(path, "a body that is not as long as it says");
      }
      Body.Gaps gaps = (flags & WITH_GAPS) != 0 ? getGaps(path, in, span, count) : null;
      if (gaps == null && span != count) {
        throw QueueException.storeCorrupt(path, "a segment that lacks messages");
      }
      Frames frames = getFrames(in, count);
      return new Decoded(
          entries, new Body(first, body, frames.starts(), timeMillis, frames.plain(), gaps));
    } catch (BufferUnderflowException e) {
      throw QueueException.storeCorrupt(path, "a segment that is too short");
    } catch (QueueException e) {
      throw e.reason() == QueueException.Reason.STORE_CORRUPT
          ? e
          : QueueException.storeCorrupt(path, "its messages are not framed: " + e.getMessage());
    }
  }

  private static List<Entry> getEntries(String path, ByteBuffer in, boolean unheard)
      throws QueueException {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / ENTRY_BYTES) {
      throw QueueException.storeCorrupt(path, "a segment with " + count + " entries");
    }
    var entries = new ArrayList<Entry>(count);
    for (int i = 0; i < count; i++) {
      var producer = new ProducerId(in.getLong(), in.getLong());
      entries.add(new Entry(producer, in.getLong(), in.getInt(), in.getInt()));
    }
    if (unheard) {
      entries.replaceAll(
          entry ->
              new Entry(
                  entry.producer(),
                  entry.firstSequence(),
                  Heard.decode(in, entry.count()),
                  entry.at()));
    }
    return entries;
  }

  private static Body.Gaps getGaps(String path, ByteBuffer in, int span, int count)
      throws QueueException {
    if (count > in.remaining() / GAP_BYTES) {
      throw QueueException.storeCorrupt(path, "a segment that is too short");
    }
    var offsets = new int[count];
    var times = new long[count];
    int next = 0;
    for (int i = 0; i < count; i++) {
      offsets[i] = in.getInt();
      times[i] = in.getLong();
      if (offsets[i] < next || offsets[i] >= span) {
        throw QueueException.storeCorrupt(path, "messages that are out of order");
      }
      next = offsets[i] + 1;
    }
    return new Body.Gaps(offsets, times);
  }

  private static Frames getFrames(ByteBuffer in, int count) throws QueueException {
    if (count == 0 && !in.hasRemaining()) {
      return new Frames(new int[0], true);
    }
    int framesStart = in.position();
    var frames = Frames.index(in, count, TopicConfig.MAX_MESSAGE_BYTES, TopicConfig.MAX_PRIORITY);
    int[] starts = frames.starts();
    for (int i = 0; i < count; i++) {
      starts[i] += framesStart;
    }
    return frames;
  }
}
