package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one segment of what is wanted of several. */
final class Merge {
  private final Wanted wanted;
  private final long first;
  private final List<Segment> replaced = new ArrayList<>();
  private final List<OffsetRange> removed = new ArrayList<>();
  private final List<Message> kept = new ArrayList<>();
  private long dropped;
  private long storedBytes;
  private long newBytes = SegmentCodec.HEADER_BYTES;
  private long largestBytes;

  /** A message that stays, where it is now. */
  private record Message(Body body, int index) {
    long offset() {
      return body.offset(index);
    }

    ByteBuffer frame() {
      return body.slice(index, 1);
    }
  }

  /**
   * @param first offset of the first segment
   */
  Merge(Wanted wanted, long first) {
    this.wanted = wanted;
    this.first = first;
  }

  /**
   * Adds the next segment.
   *
   * @param body null if nothing of it is wanted
   * @return false if it does not fit; then nothing has changed
   */
  boolean add(Segment segment, @Nullable Body body) {
    RangeSet unacknowledged = wanted.unacknowledged(segment.first(), segment.end());
    var staying = new ArrayList<Message>();
    long bytes = 0;
    long leftOut = 0;
    if (body == null) {
      leftOut = Math.min(unacknowledged.size(), segment.name().count());
    } else {
      for (int i = 0; i < body.count(); i++) {
        var message = new Message(body, i);
        if (wanted.isWanted(body, i, unacknowledged)) {
          staying.add(message);
          bytes += message.frame().remaining() + SegmentCodec.GAP_BYTES;
        } else if (unacknowledged.contains(message.offset())) {
          leftOut++;
        }
      }
    }
    if (newBytes + bytes > SparseRun.MAX_NEW_BYTES) {
      return false;
    }
    long at = segment.first();
    for (Message message : staying) {
      remove(at, message.offset());
      at = message.offset() + 1;
    }
    remove(at, segment.end());
    kept.addAll(staying);
    replaced.add(segment);
    dropped += leftOut;
    storedBytes += segment.name().bytes();
    newBytes += bytes;
    largestBytes = Math.max(largestBytes, bytes);
    return true;
  }

  private void remove(long from, long end) {
    if (from < end) {
      removed.add(new OffsetRange(from, end - from));
    }
  }

  /** The compaction; null if it does not pay. */
  @Nullable Compaction finish(Epoch epoch, boolean compressed) {
    if (replaced.isEmpty()) {
      return null;
    }
    int span = (int) (replaced.get(replaced.size() - 1).end() - first);
    var offsets = kept.stream().mapToInt(message -> (int) (message.offset() - first)).toArray();
    var times =
        kept.stream().mapToLong(message -> message.body().commitTimeMillis(message.index()));
    var gaps = new Body.Gaps(offsets, times.toArray());
    long newest = 0;
    for (long time : gaps.commitTimesMillis()) {
      newest = Math.max(newest, time);
    }
    var frames = kept.stream().map(Message::frame).toList();
    var encoded = SegmentCodec.encode(epoch, first, span, newest, compressed, gaps, frames);
    // What was stored may have been deflated: only what will be stored compares with it.
    long stored = encoded.content().length;
    if (!SparseRun.pays(replaced.size(), storedBytes, stored, largestBytes * stored / newBytes)) {
      return null;
    }
    var replacement = new Segment(encoded.name(replaced.get(0).name().bucket(), first, span));
    replacement.inheritDate(replaced);
    return new Compaction(
        List.copyOf(replaced), replacement, encoded, List.copyOf(removed), dropped);
  }
}
