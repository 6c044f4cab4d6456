package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has not acknowledged, and which of it comes next.
 *
 * <p>Every retained message from the floor on is in exactly one of these places: acknowledged,
 * leased (which is not known here, but by whoever took it), waiting for redelivery, or not
 * delivered yet. Messages come in the order of their offsets, except that one that came back is
 * delivered when it comes back.
 */
final class Backlog {
  // At most so many messages are leased. Together with the next two: while new messages are held
  // back at the pause, what is
  // leased can at worst add every second message as a range, and so stays below what is refused.
  private static final long MAX_LEASED = 24_576;
  private static final int RANGES_TO_PAUSE = 4_096;
  private static final int RANGES_TO_REFUSE = 16_384;
  private static final int DELIVERY_BYTES = 64 * 1024;
  private static final int DELIVERY_MESSAGES = 1_024;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final Log log;
  private final BodyMemory memory;
  private final RangeSet acknowledged = new RangeSet();
  private final Redeliveries redeliveries = new Redeliveries();
  private long floor;
  private long next;

  /** What to deliver next. */
  record Chunk(long first, int count, int redeliveries, Body body) {
    long end() {
      return first + count;
    }

    Delivery toDelivery() {
      int at = body.indexAtOrAfter(first);
      return new Delivery(
          first, count, redeliveries, body.commitTimeMillis(at), body.slice(at, count));
    }
  }

  private Backlog(Log log, BodyMemory memory, long floor) {
    this.log = log;
    this.memory = memory;
    this.floor = floor;
    this.next = floor;
  }

  /** Everything that is retained. */
  static Backlog ofEverything(Log log, BodyMemory memory) {
    return new Backlog(log, memory, log.firstOffset());
  }

  /**
   * As a former owner left it.
   *
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Backlog restore(Log log, BodyMemory memory, Cursor cursor, String path)
      throws QueueException {
    // Segments are deleted when their acknowledgements are known, which may have been lost on the
    // way.
    long floor = Math.max(cursor.floor(), log.firstOffset());
    var restored = new Backlog(log, memory, floor);
    long end = cursor.floor();
    for (OffsetRange range : cursor.acknowledged()) {
      end = range.end();
      if (end > floor) {
        restored.acknowledged.add(Math.max(range.first(), floor), end);
      }
    }
    if (end > log.nextOffset()) {
      throw QueueException.storeCorrupt(
          path, "acknowledges " + end + ", but the log ends at " + log.nextOffset());
    }
    restored.raiseFloor();
    restored.next = restored.floor;
    for (var range : cursor.redeliveries()) {
      restored.restore(range);
    }
    return restored;
  }

  // A count is only advice: whatever part of it does not fit the acknowledgements is dropped.
  private void restore(Redeliveries.Redelivery range) {
    long end = Math.min(range.end(), log.nextOffset());
    for (long at = acknowledged.firstMissing(Math.max(range.first(), floor)); at < end; ) {
      long until = acknowledged.firstPresent(at, end);
      redeliveries.add(new Redeliveries.Redelivery(at, until, range.count()));
      at = acknowledged.firstMissing(until);
    }
  }

  /** Every message below is acknowledged. */
  long floor() {
    return floor;
  }

  /** Nothing from here on is acknowledged. */
  long acknowledgedTo() {
    return acknowledged.lastEnd(floor);
  }

  /** Where the next delivery is taken from, as far as can be told. */
  long position() {
    var back = redeliveries.first();
    return back == null ? next : Math.min(back.first(), next);
  }

  /** Messages that are not acknowledged, leased ones included. */
  long size() {
    return log.nextOffset() - floor - acknowledged.size();
  }

  /**
   * What is to be stored.
   *
   * @param leased messages with a consumer that were delivered before
   */
  Cursor toCursor(List<Redeliveries.Redelivery> leased) {
    var counts = new ArrayList<>(redeliveries.toList());
    counts.addAll(leased);
    counts.sort(Comparator.comparingLong(Redeliveries.Redelivery::first));
    return new Cursor(floor, acknowledged.toList(), counts);
  }

  /**
   * Takes messages out, wherever they are.
   *
   * @return whether one of them was in
   * @throws QueueException INVALID_ARGUMENT, LIMIT_EXCEEDED; then nothing has changed
   */
  boolean acknowledge(OffsetRange range) throws QueueException {
    if (range.end() > log.nextOffset()) {
      throw QueueException.invalidArgument(
          "ranges", "offset " + (range.end() - 1) + " is not written yet");
    }
    long first = Math.max(range.first(), floor);
    long end = range.end();
    if (first >= end || acknowledged.containsAll(first, end)) {
      return false;
    }
    if (acknowledged.rangeCount() >= RANGES_TO_REFUSE && first > floor) {
      throw QueueException.limitExceeded(
          "gaps between acknowledgements", RANGES_TO_REFUSE, RETRY_AFTER);
    }
    acknowledged.add(first, end);
    redeliveries.remove(first, end);
    raiseFloor();
    return true;
  }

  private void raiseFloor() {
    floor = acknowledged.firstMissing(floor);
    acknowledged.removeBelow(floor);
    next = Math.max(next, floor);
  }

  /** These messages were taken, and are to be delivered again. */
  void comeBack(List<Redeliveries.Redelivery> returned) {
    returned.forEach(redeliveries::add);
  }

  /**
   * What comes next, at most so many messages; null if there is nothing, or if it has to be read
   * first. Takes out what it meets that a compaction has deleted.
   *
   * @param leased how many messages are with consumers
   */
  @Nullable Chunk next(int most, long leased) {
    long room = Math.min(Math.min(most, DELIVERY_MESSAGES), MAX_LEASED - leased);
    while (true) {
      long fresh = acknowledged.firstMissing(next);
      var back = redeliveries.first();
      if (back != null && back.first() > fresh) {
        back = null;
      }
      long first = back == null ? fresh : back.first();
      if (back == null
          && (fresh >= log.nextOffset() || acknowledged.rangeCount() >= RANGES_TO_PAUSE)) {
        return null;
      }
      Segment segment = log.find(first);
      Body body = segment.body();
      memory.request(segment);
      if (body == null || room <= 0) {
        return null;
      }
      int index = body.indexAtOrAfter(first);
      long present = index < body.count() ? body.offset(index) : segment.end();
      if (present == first) {
        // After a takeover, messages that had come back lie ahead; in between are those that were
        // never delivered, or once.
        long rangeEnd =
            back != null
                ? back.end()
                : redeliveries.firstPresent(
                    fresh, acknowledged.firstPresent(fresh, log.nextOffset()));
        int count = (int) Math.min(Math.min(rangeEnd, segment.end()) - first, room);
        int messages = body.fitting(index, count, DELIVERY_BYTES);
        return new Chunk(first, messages, back == null ? 0 : back.count(), body);
      }
      forget(first, present);
    }
  }

  /**
   * Takes out what is deleted, wherever it is.
   *
   * @return how many messages were in
   */
  long forget(long first, long end) {
    long from = Math.max(first, floor);
    if (from >= end) {
      return 0;
    }
    long forgotten = acknowledged.add(from, end);
    if (forgotten > 0) {
      redeliveries.remove(from, end);
      raiseFloor();
    }
    return forgotten;
  }

  /** Adds the messages of this range that are not acknowledged. */
  void addUnacknowledged(long first, long end, RangeSet to) {
    for (long at = acknowledged.firstMissing(Math.max(first, floor)); at < end; ) {
      long until = acknowledged.firstPresent(at, end);
      to.add(at, until);
      at = acknowledged.firstMissing(until);
    }
  }

  /** A chunk that came next is with a consumer now. */
  void take(Chunk chunk) {
    redeliveries.remove(chunk.first(), chunk.end());
    next = Math.max(next, chunk.end());
  }
}
