package dev.arpeggio.queue;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Which segments' bodies are held in memory: as many as the budget allows, and of those the ones
 * that some subscription will reach soonest. What was dropped is read back when it is due.
 *
 * <p>Invariant: after {@link #enforceBudget()}, the bodies held fit the partition's budget; and the
 * node's, as far as this partition holds more than it needs to deliver.
 */
final class BodyMemory {
  private static final int MAX_READ_AHEAD = 3;
  // Reading ahead must not drop what was read ahead a moment before.
  private static final long READ_AHEAD_SHARE = 8;
  // What a partition may hold although others have used the node's budget up: it reads ahead.
  private static final long LEAST_BYTES = READ_AHEAD_SHARE * SegmentCodec.MAX_BYTES;

  private final EventLoop loop;
  private final long budgetBytes;
  private final ByteBudget nodeBudget;
  private final ByteBudget.Share share;
  private final LogIndex index;
  private final SegmentReader reader;
  private final Needs needs;
  private final TreeMap<Long, Segment> resident = new TreeMap<>();
  // Asked for membership only; bounded by the subscriptions' read-ahead.
  private final Set<Long> underWay = new LinkedHashSet<>();
  private final int readAhead;
  private long residentBytes;
  private boolean stopped;

  /** What the subscriptions want. */
  interface Needs {
    /** The offsets that subscriptions deliver next, ascending. */
    long[] positions();

    /** A body came back: deliver from it. */
    void loaded();
  }

  BodyMemory(OwnerContext context, LogIndex index, SegmentReader reader, Needs needs) {
    this.loop = context.loop();
    this.budgetBytes = context.options().memoryBytes();
    this.nodeBudget = context.bodies();
    this.share = nodeBudget.share();
    this.index = index;
    this.reader = reader;
    this.needs = needs;
    this.readAhead =
        (int) Math.min(MAX_READ_AHEAD, budgetBytes / (READ_AHEAD_SHARE * SegmentCodec.MAX_BYTES));
  }

  long residentBytes() {
    return residentBytes;
  }

  /** Takes a body in that was just written or read; it may be dropped at once. */
  void offer(Segment segment, Body body) {
    segment.date(
        loop.nanoTime(),
        TimeUnit.MILLISECONDS.toNanos(loop.currentTimeMillis() - body.commitTimeMillis()));
    index.add(segment, body);
    if (segment.body() != null) {
      return;
    }
    segment.load(body);
    resident.put(segment.first(), segment);
    setResidentBytes(residentBytes + body.memoryBytes());
  }

  /**
   * Drops what exceeds the budget. Called once whoever waited for a body had the occasion to use
   * it.
   */
  void enforceBudget() {
    if (!isTooMuch()) {
      return;
    }
    long[] positions = needs.positions();
    while (isTooMuch()) {
      drop(furthest(positions));
    }
  }

  private boolean isTooMuch() {
    return residentBytes > budgetBytes || (residentBytes > LEAST_BYTES && nodeBudget.isExceeded());
  }

  private void setResidentBytes(long bytes) {
    residentBytes = bytes;
    if (!stopped) {
      share.set(bytes);
    }
  }

  /** Gives the node's budget back what this partition took of it. */
  void stop() {
    stopped = true;
    share.set(0);
  }

  /**
   * Reads a segment's body back, unless it is here or under way, and if the budget is ample, those
   * of the next ones with messages of the same priority.
   */
  void request(Segment segment, int priority) {
    Segment wanted = segment;
    for (int i = 0; i <= readAhead && wanted != null; i++) {
      requestOne(wanted);
      wanted = index.next(priority, wanted.end());
    }
  }

  private void requestOne(Segment segment) {
    if (segment.body() != null || !underWay.add(segment.first())) {
      return;
    }
    reader.read(
        segment,
        new SegmentReader.Reader() {
          @Override
          public void read(SegmentCodec.Decoded decoded) {
            underWay.remove(segment.first());
            offer(segment, decoded.body());
            needs.loaded();
            enforceBudget();
          }

          @Override
          public void gone() {
            underWay.remove(segment.first());
          }
        });
  }

  /** Forgets the bodies of everything before {@code offset}, and what is known of them. */
  void trim(long offset) {
    index.trim(offset);
    for (var entry = resident.firstEntry();
        entry != null && entry.getKey() < offset;
        entry = resident.firstEntry()) {
      drop(entry.getValue());
    }
  }

  /** Forgets the bodies of segments that are not part of the log any more. */
  void forget(List<Segment> segments) {
    index.forget(segments);
    for (Segment segment : segments) {
      if (segment.body() != null) {
        drop(segment);
      }
    }
  }

  private void drop(Segment segment) {
    Body body = segment.body();
    if (body == null || resident.remove(segment.first()) == null) {
      throw new IllegalStateException("segment " + segment.name() + " is not resident");
    }
    setResidentBytes(residentBytes - body.memoryBytes());
    segment.unload();
  }

  // The candidates: the last resident segment that ends before each position, and the last of all.
  // A subscription that walks
  // towards one of them reaches it later than every other one on its way.
  private Segment furthest(long[] positions) {
    var last = resident.lastEntry();
    if (last == null) {
      throw new IllegalStateException("nothing is resident, and takes " + residentBytes + " bytes");
    }
    Segment victim = last.getValue();
    long greatest = distance(victim, positions);
    for (long position : positions) {
      var entry = resident.lowerEntry(position);
      if (entry != null && entry.getValue().end() > position) {
        entry = resident.lowerEntry(entry.getKey());
      }
      if (entry != null && distance(entry.getValue(), positions) > greatest) {
        victim = entry.getValue();
        greatest = distance(victim, positions);
      }
    }
    return victim;
  }

  // From the nearest subscription that has yet to come by. Where all have passed, it is wanted only
  // if somebody gives it back.
  private static long distance(Segment segment, long[] positions) {
    int found = Arrays.binarySearch(positions, segment.end() - 1);
    int walker = found >= 0 ? found : -found - 2;
    return walker < 0 ? Long.MAX_VALUE : Math.max(0, segment.first() - positions[walker]);
  }
}
