package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has not acknowledged, and which of it comes next.
 *
 * <p>Every retained message from the floor on is in exactly one of these places: acknowledged,
 * leased (which is not known here, but by whoever took it), waiting for its time after it came
 * back, withdrawn, or in its lane: to be delivered now, or when it is due. A message that expires
 * is taken out of all but a lease.
 */
final class Backlog implements Lane.Gone {
  private static final int RANGES_TO_REFUSE = 45_056;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final Home home;
  private final Events events;
  private final Settled settled;
  private final Lanes lanes;
  private final Waiting waiting;
  private final @Nullable Kept kept;
  private final Choice choice;
  private final Comebacks comebacks;

  /** What the backlog tells its subscription. */
  interface Events {
    /** Messages that had to wait are there to be delivered. */
    void ready();

    /**
     * These messages have expired. They are not delivered, and count as unread until they are
     * acknowledged.
     */
    void expired(List<OffsetRange> ranges);
  }

  /** Keeps messages that came next, and delivers them later. */
  interface Kept {
    /** These messages, as far as they were kept and delivered, are to be delivered again. */
    void cameBack(long first, long end);

    /** These messages are acknowledged. */
    void gone(long first, long end);

    /** Forgets messages that are kept; which ones. */
    List<OffsetRange> takeOut(long first, long end);

    /** How often messages were delivered that are kept. */
    List<Redeliveries.Redelivery> counts();

    /** The first message that is kept; null if there is none. */
    @Nullable Long position();
  }

  private Backlog(Home home, Events events, @Nullable Kept kept, long floor) {
    this.home = home;
    this.events = events;
    this.kept = kept;
    this.settled = new Settled(floor);
    this.lanes = new Lanes(home, this, floor);
    this.waiting = new Waiting(home.loop().nanoTime());
    this.choice = new Choice(home, settled, waiting, lanes);
    this.comebacks = new Comebacks(home, lanes, waiting, this, kept, events);
  }

  /**
   * Everything from an offset on, which is retained or the log's end.
   *
   * @param kept null: what is taken is delivered at once
   */
  static Backlog from(long offset, Home home, Events events, @Nullable Kept kept) {
    return new Backlog(home, events, kept, offset);
  }

  /**
   * As a former owner left it.
   *
   * @param kept null: what is taken is delivered at once
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Backlog restore(Home home, Events events, @Nullable Kept kept, Cursor cursor, String path)
      throws QueueException {
    Log log = home.log();
    // Segments are deleted when their acknowledgements are known, which may have been lost on the
    // way.
    long floor = Math.max(cursor.floor(), log.firstOffset());
    var restored = new Backlog(home, events, kept, floor);
    long end = cursor.floor();
    for (OffsetRange range : cursor.acknowledged()) {
      end = range.end();
      if (end > floor) {
        restored.settled.acknowledge(Math.max(range.first(), floor), end);
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
    // A count is only advice: whatever part of it does not fit the acknowledgements is dropped.
    for (var range : cursor.redeliveries()) {
      restored.comebacks.add(range);
    }
    // Who keeps the order of keys would not know of which keys they are: there, they do not wait.
    if (kept == null) {
      cursor.waits().forEach(restored::restore);
    }
    return restored;
  }

  // As far as the clock of the former owner can be believed.
  private void restore(Cursor.Wait wait) {
    long left =
        Math.min(
            TopicConfig.LONGEST_LEASE.toMillis(),
            wait.readyAtMillis() - home.loop().currentTimeMillis());
    if (left > 0) {
      comeBack(
          lanes.remove(wait.first(), wait.end()),
          home.loop().nanoTime() + Duration.ofMillis(left).toNanos());
    }
  }

  /** Every message below is acknowledged. */
  long floor() {
    return settled.floor();
  }

  /** Nothing from here on is acknowledged. */
  long acknowledgedTo() {
    return settled.end();
  }

  /** Where the next deliveries are taken from, as far as can be told. */
  List<Long> positions() {
    Long keptFrom = kept == null ? null : kept.position();
    if (keptFrom == null) {
      return lanes.positions();
    }
    var positions = new ArrayList<>(lanes.positions());
    positions.add(keptFrom);
    return positions;
  }

  /** Messages that are not acknowledged, leased ones included. */
  long size() {
    return home.log().nextOffset() - settled.floor() - settled.size();
  }

  /**
   * What is to be stored.
   *
   * @param leased messages with a consumer whose deliveries count
   * @param moves where the withdrawn ones are
   */
  Cursor toCursor(
      SubscriptionKind kind, List<Redeliveries.Redelivery> leased, List<MoveLane.State> moves) {
    var counts = new ArrayList<>(lanes.counts());
    counts.addAll(waiting.toList());
    if (kept != null) {
      counts.addAll(kept.counts());
    }
    counts.addAll(leased);
    counts.sort(Comparator.comparingLong(Redeliveries.Redelivery::first));
    return new Cursor(
        kind,
        settled.floor(),
        settled.acknowledged(),
        counts,
        waiting.toStore(home.loop().nanoTime(), home.loop().currentTimeMillis()),
        moves);
  }

  // ---- Taking messages out.

  /**
   * Takes messages out, wherever they are.
   *
   * @return whether one of them was in
   * @throws QueueException INVALID_ARGUMENT, LIMIT_EXCEEDED; then nothing has changed
   */
  boolean acknowledge(OffsetRange range) throws QueueException {
    if (range.end() > home.log().nextOffset()) {
      throw QueueException.invalidArgument(
          "ranges", "offset " + (range.end() - 1) + " is not written yet");
    }
    long first = Math.max(range.first(), settled.floor());
    long end = range.end();
    if (first >= end || settled.containsAll(first, end)) {
      return false;
    }
    if (first > settled.floor() && settled.rangeCount() >= RANGES_TO_REFUSE) {
      throw QueueException.limitExceeded(
          "gaps between acknowledgements", RANGES_TO_REFUSE, RETRY_AFTER);
    }
    settled.acknowledge(first, end);
    takeOut(first, end);
    raiseFloor();
    return true;
  }

  private void takeOut(long first, long end) {
    var unused = lanes.remove(first, end);
    waiting.remove(first, end);
    if (kept != null) {
      kept.gone(first, end);
    }
  }

  /**
   * Takes messages out, wherever they are, at the owner's own decision.
   *
   * @return how many of them were in
   */
  long forget(long first, long end) {
    long from = Math.max(first, settled.floor());
    if (from >= end) {
      return 0;
    }
    long forgotten = settled.forget(from, end);
    if (forgotten > 0) {
      takeOut(from, end);
      raiseFloor();
    }
    return forgotten;
  }

  /** Adds the messages of this range that are not acknowledged. */
  void addUnacknowledged(long first, long end, RangeSet to) {
    settled.addUnacknowledged(first, end, to);
  }

  /**
   * Starts anew: everything below that offset is acknowledged, and nothing from there on. What is
   * withdrawn stays so.
   *
   * @param offset retained, or the log's end
   */
  void seek(long offset) {
    waiting.remove(0, Long.MAX_VALUE);
    if (kept != null) {
      kept.gone(0, Long.MAX_VALUE);
    }
    lanes.restart(offset);
    settled.restart(home.log().firstOffset(), offset);
    raiseFloor();
    catchUp();
  }

  private void raiseFloor() {
    lanes.passTo(settled.raiseFloor());
  }

  @Override
  public long firstLeft(long offset) {
    long left = Math.max(offset, settled.floor());
    while (true) {
      long next = waiting.firstMissing(settled.firstOpen(left));
      if (next == left) {
        return left;
      }
      left = next;
    }
  }

  @Override
  public long firstGone(long offset, long end) {
    return waiting.firstPresent(offset, settled.firstSettled(offset, end));
  }

  // ---- On the way to other topics.

  /** Takes messages out that nobody holds: they are neither delivered nor acknowledged. */
  void withdraw(long first, long end) {
    settled.withdraw(first, end);
    takeOut(first, end);
  }

  /** Withdrawn messages are acknowledged. */
  void settle(long first, long end) {
    settled.acknowledgeWithdrawn(first, end);
    raiseFloor();
  }

  /** Withdrawn messages are to be delivered after all, not before that time. */
  void restore(Redeliveries.Redelivery range, long readyAtNanos) {
    settled.restore(range.first(), range.end());
    comeBack(List.of(range), readyAtNanos);
  }

  /** Whether this message is on its way to another topic. */
  boolean isWithdrawn(long offset) {
    return settled.isWithdrawn(offset);
  }

  /** Whether this withdrawn message is still in the log, as far as is known. */
  boolean isRetained(long offset) {
    return offset >= home.log().firstOffset() && isWithdrawn(offset);
  }

  /**
   * The frame of a retained message; null if it has to be read first, which begins, or is found to
   * be deleted.
   */
  @Nullable ByteBuffer frame(long offset) {
    Segment segment = home.log().find(offset);
    home.memory().request(segment, 0);
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

  // ---- To look at.

  /** The first offset of these that is neither acknowledged nor withdrawn; else {@code end}. */
  long firstOpen(long offset, long end) {
    return Math.min(end, settled.firstOpen(offset));
  }

  /** The first offset of these that is not acknowledged; else {@code end}. */
  long firstUnacknowledged(long offset, long end) {
    return settled.firstUnacknowledged(offset, end);
  }

  /** Whether this message waits for its time. */
  boolean isWaiting(long offset) {
    return waiting.contains(offset);
  }

  /** How many deliveries of this message failed, if it is here and not with a consumer. */
  int failures(long offset) {
    return waiting.contains(offset) ? waiting.count(offset) : lanes.count(offset);
  }

  /** Messages that wait for their time after they came back. */
  long waiting() {
    return waiting.size();
  }

  /** The age of the oldest message that is not acknowledged, where that is known. */
  Optional<Duration> headAge() {
    if (settled.floor() >= home.log().nextOffset()) {
      return Optional.empty();
    }
    Segment segment = home.log().find(settled.floor());
    return segment.isDated()
        ? Optional.of(Duration.ofNanos(home.loop().nanoTime() - segment.committedNanos()))
        : Optional.empty();
  }

  // ---- The passing of time.

  /** Delayed messages of a segment may be delivered now. */
  void due(Segment segment, long first, long end) {
    long from = Math.max(first, settled.floor());
    if (from < end) {
      lanes.due(segment, from, end);
    }
  }

  /** Messages of a segment have expired; those that are leased may still be acknowledged. */
  void expire(Segment segment, long first, long end) {
    var expired = new ArrayList<OffsetRange>();
    long from = Math.max(first, settled.floor());
    for (var range : waiting.remove(from, end)) {
      expired.add(new OffsetRange(range.first(), range.size()));
    }
    if (kept != null) {
      expired.addAll(kept.takeOut(from, end));
    }
    for (long at = settled.firstOpen(from); at < end; ) {
      long until = settled.firstSettled(at, end);
      expired.addAll(lanes.takeOut(segment, at, until));
      at = settled.firstOpen(until);
    }
    if (!expired.isEmpty()) {
      events.expired(expired);
    }
  }

  /** Takes out what was deleted, or has expired, before there was this subscription. */
  void catchUp() {
    long now = home.index().agenda().nowMillis();
    for (Segment segment : home.log().segments()) {
      if (segment.isIndexed() && segment.end() > settled.floor()) {
        SegmentIndex index = segment.index();
        index.forEachGap((first, end) -> forget(segment.first() + first, segment.first() + end));
        for (int at = 0; at < index.span(); ) {
          int end = index.expiryRunEnd(at);
          if (index.expiryMillis(at) <= now) {
            expire(segment, segment.first() + at, segment.first() + end);
          }
          at = end;
        }
      }
    }
  }

  // ---- Coming back.

  /** These messages were taken, and are to be delivered again. */
  void comeBack(List<Redeliveries.Redelivery> returned) {
    comebacks.comeBack(returned);
  }

  /**
   * These messages were taken, and are to be delivered again, not before that time by the loop's
   * clock.
   */
  void comeBack(List<Redeliveries.Redelivery> returned, long readyAtNanos) {
    comebacks.comeBack(returned, readyAtNanos);
  }

  /** Waits for nothing any more. */
  void stop() {
    comebacks.stop();
  }

  // ---- Being delivered.

  /**
   * What comes next, at most so many messages; null if there is nothing, or if it has to be read
   * first.
   *
   * @param leased how many messages are with consumers
   * @param wantsNew whether messages of a priority are wanted that were not looked at before
   */
  @Nullable Chunk next(int most, long leased, IntPredicate wantsNew) {
    home.index().agenda().advance();
    return choice.next(most, leased, wantsNew);
  }

  /**
   * Messages that came next some time ago, as far as they are in one segment and at most so many;
   * null if they have to be read first.
   *
   * @param leased how many messages are with consumers
   */
  @Nullable Chunk kept(Lanes.Found messages, int most, long leased) {
    return choice.chunk(messages, most, leased);
  }

  /** A chunk that came next is with a consumer now. */
  void take(Chunk chunk) {
    lanes.take(chunk.lane(), chunk.first(), chunk.end());
  }
}
