package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has not acknowledged, and which of it comes next.
 *
 * <p>Every retained message from the floor on is in exactly one of these places: acknowledged,
 * leased (which is not known here, but by whoever took it), waiting for redelivery (some of them
 * until their time), withdrawn, or not delivered yet. Messages come in the order of their offsets,
 * except that one that came back is delivered when it comes back.
 */
final class Backlog {
  // At most so many messages are leased. Together with the next two: while new messages are held
  // back at the pause, what is
  // leased can at worst add every second message as a range, and so stays below what is refused.
  private static final long MAX_LEASED = 24_576;
  private static final int RANGES_TO_PAUSE = 4_096;
  private static final int RANGES_TO_REFUSE = 16_384;
  // While so many wait, no new ones are delivered, as those could add to them.
  private static final int MAX_WAITING_RANGES = 65_536;
  private static final int DELIVERY_BYTES = 64 * 1024;
  private static final int DELIVERY_MESSAGES = 1_024;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final Log log;
  private final BodyMemory memory;
  // With those that are withdrawn: what is not to be delivered. The floor stays below these.
  private final RangeSet acknowledged = new RangeSet();
  private final RangeSet withdrawn = new RangeSet();
  private final Redeliveries redeliveries = new Redeliveries();
  private final EventLoop loop;
  private final Waiting waiting;
  private final Alarm ripening;
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

  private Backlog(Home home, Runnable ready, long floor) {
    this.loop = home.loop();
    this.waiting = new Waiting(loop.nanoTime());
    this.ripening =
        new Alarm(
            loop,
            () -> {
              ripen();
              ready.run();
            });
    this.log = home.log();
    this.memory = home.memory();
    this.floor = floor;
    this.next = floor;
  }

  /**
   * Everything from an offset on, which is retained or the log's end.
   *
   * @param ready runs when messages that had to wait are there to be delivered
   */
  static Backlog from(long offset, Home home, Runnable ready) {
    return new Backlog(home, ready, offset);
  }

  /**
   * As a former owner left it.
   *
   * @param ready runs when messages that had to wait are there to be delivered
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Backlog restore(Home home, Runnable ready, Cursor cursor, String path)
      throws QueueException {
    Log log = home.log();
    // Segments are deleted when their acknowledgements are known, which may have been lost on the
    // way.
    long floor = Math.max(cursor.floor(), log.firstOffset());
    var restored = new Backlog(home, ready, floor);
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
    for (MoveLane.State lane : cursor.lanes()) {
      for (Move move : lane.moves()) {
        if (move.end() > floor) {
          restored.withdraw(Math.max(move.first(), floor), move.end());
        }
      }
    }
    restored.raiseFloor();
    restored.next = restored.floor;
    for (var range : cursor.redeliveries()) {
      restored.restore(range);
    }
    cursor.waits().forEach(restored::restore);
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

  // As far as the clock of the former owner can be believed.
  private void restore(Cursor.Wait wait) {
    long left =
        Math.min(
            TopicConfig.LONGEST_LEASE.toMillis(), wait.readyAtMillis() - loop.currentTimeMillis());
    if (left > 0) {
      comeBack(
          redeliveries.remove(wait.first(), wait.end()),
          loop.nanoTime() + Duration.ofMillis(left).toNanos());
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
   * @param leased messages with a consumer whose deliveries count
   * @param lanes where the withdrawn ones are
   */
  Cursor toCursor(
      SubscriptionKind kind, List<Redeliveries.Redelivery> leased, List<MoveLane.State> lanes) {
    var counts = new ArrayList<>(redeliveries.toList());
    counts.addAll(waiting.toList());
    counts.addAll(leased);
    counts.sort(Comparator.comparingLong(Redeliveries.Redelivery::first));
    return new Cursor(
        kind,
        floor,
        acknowledged.without(withdrawn),
        counts,
        waiting.toStore(loop.nanoTime(), loop.currentTimeMillis()),
        lanes);
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
    waiting.remove(first, end);
    raiseFloor();
    return true;
  }

  /** Takes messages out that nobody holds: they are neither delivered nor acknowledged. */
  void withdraw(long first, long end) {
    acknowledged.add(first, end);
    withdrawn.add(first, end);
    redeliveries.remove(first, end);
    waiting.remove(first, end);
  }

  /**
   * Starts anew: everything below that offset is acknowledged, and nothing from there on. What is
   * withdrawn stays so.
   *
   * @param offset retained, or the log's end
   */
  void seek(long offset) {
    redeliveries.remove(0, Long.MAX_VALUE);
    waiting.remove(0, Long.MAX_VALUE);
    acknowledged.clear();
    floor = log.firstOffset();
    next = offset;
    if (offset > floor) {
      acknowledged.add(floor, offset);
    }
    withdrawn.toList().forEach(range -> acknowledged.add(range.first(), range.end()));
    raiseFloor();
  }

  /** The first offset of these that is neither acknowledged nor withdrawn; else {@code end}. */
  long firstOpen(long offset, long end) {
    return Math.min(end, acknowledged.firstMissing(Math.max(offset, floor)));
  }

  /** The first offset of these that is not acknowledged; else {@code end}. */
  long firstUnacknowledged(long offset, long end) {
    return Math.min(firstOpen(offset, end), withdrawn.firstPresent(Math.max(offset, floor), end));
  }

  /** Whether this message is on its way to another topic. */
  boolean isWithdrawn(long offset) {
    return withdrawn.firstMissing(offset) > offset;
  }

  /** Whether this message waits for its time. */
  boolean isWaiting(long offset) {
    return waiting.contains(offset);
  }

  /** How many deliveries of this message failed, if it is here and not with a consumer. */
  int failures(long offset) {
    return waiting.contains(offset) ? waiting.count(offset) : redeliveries.count(offset);
  }

  /** Messages that wait for their time. */
  long waiting() {
    return waiting.size();
  }

  /** The age of the oldest message that is not acknowledged, where that is known. */
  Optional<Duration> headAge() {
    if (floor >= log.nextOffset()) {
      return Optional.empty();
    }
    Segment segment = log.find(floor);
    return segment.isDated()
        ? Optional.of(Duration.ofNanos(loop.nanoTime() - segment.committedNanos()))
        : Optional.empty();
  }

  /** Withdrawn messages are acknowledged. */
  void settle(long first, long end) {
    withdrawn.remove(first, end);
    raiseFloor();
  }

  /** Withdrawn messages are to be delivered after all, not before that time. */
  void restore(Redeliveries.Redelivery range, long readyAtNanos) {
    withdrawn.remove(range.first(), range.end());
    acknowledged.remove(range.first(), range.end());
    comeBack(List.of(range), readyAtNanos);
  }

  /** Whether this withdrawn message is still in the log, as far as is known. */
  boolean isRetained(long offset) {
    return offset >= log.firstOffset() && isWithdrawn(offset);
  }

  /**
   * The frame of a retained message; null if it has to be read first, which begins, or is found to
   * be deleted.
   */
  @Nullable ByteBuffer frame(long offset) {
    Segment segment = log.find(offset);
    memory.request(segment);
    Body body = segment.body();
    if (body == null) {
      return null;
    }
    int index = body.indexAtOrAfter(offset);
    if (index < body.count() && body.offset(index) == offset) {
      return body.slice(index, 1);
    }
    forget(offset, offset + 1);
    return null;
  }

  private void raiseFloor() {
    floor = withdrawn.firstPresent(floor, acknowledged.firstMissing(floor));
    acknowledged.removeBelow(floor);
    next = Math.max(next, floor);
  }

  /** These messages were taken, and are to be delivered again. */
  void comeBack(List<Redeliveries.Redelivery> returned) {
    returned.forEach(redeliveries::add);
  }

  /**
   * These messages were taken, and are to be delivered again, not before that time by the loop's
   * clock.
   */
  void comeBack(List<Redeliveries.Redelivery> returned, long readyAtNanos) {
    if (readyAtNanos - loop.nanoTime() <= 0) {
      comeBack(returned);
      return;
    }
    returned.forEach(range -> waiting.add(range, readyAtNanos));
    ripening.setTo(waiting.firstReadyAtNanos());
  }

  private void ripen() {
    comeBack(waiting.ripe(loop.nanoTime()));
    ripening.setTo(waiting.firstReadyAtNanos());
  }

  /** Waits for nothing any more. */
  void stop() {
    ripening.cancel();
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
      long fresh = firstFresh();
      var back = redeliveries.first();
      if (back != null && back.first() > fresh) {
        back = null;
      }
      long first = back == null ? fresh : back.first();
      if (back == null
          && (fresh >= log.nextOffset()
              || acknowledged.rangeCount() >= RANGES_TO_PAUSE
              || waiting.rangeCount() >= MAX_WAITING_RANGES)) {
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
                : waiting.firstPresent(
                    fresh,
                    redeliveries.firstPresent(
                        fresh, acknowledged.firstPresent(fresh, log.nextOffset())));
        int count = (int) Math.min(Math.min(rangeEnd, segment.end()) - first, room);
        int messages = body.fitting(index, count, DELIVERY_BYTES);
        return new Chunk(first, messages, back == null ? 0 : back.count(), body);
      }
      forget(first, present);
    }
  }

  // After a takeover, some of those that wait are ahead.
  private long firstFresh() {
    long fresh = acknowledged.firstMissing(next);
    for (long passed = waiting.firstMissing(fresh);
        passed > fresh;
        passed = waiting.firstMissing(fresh)) {
      fresh = acknowledged.firstMissing(passed);
    }
    return fresh;
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
    long forgotten = acknowledged.add(from, end) + withdrawn.remove(from, end);
    if (forgotten > 0) {
      redeliveries.remove(from, end);
      waiting.remove(from, end);
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
    for (OffsetRange range : withdrawn.toList()) {
      if (range.first() < end && range.end() > first) {
        to.add(Math.max(first, range.first()), Math.min(end, range.end()));
      }
    }
  }

  /** A chunk that came next is with a consumer now. */
  void take(Chunk chunk) {
    redeliveries.remove(chunk.first(), chunk.end());
    next = Math.max(next, chunk.end());
  }
}
