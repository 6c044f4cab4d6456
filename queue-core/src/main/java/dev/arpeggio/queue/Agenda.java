package dev.arpeggio.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What happens to a partition's messages by the mere passing of time: delayed ones become due, and
 * others expire. Holds one entry for each segment that has such messages, and one timer for all.
 *
 * <p>It has a time of its own, which follows the wall clock, but never goes back and only moves
 * when {@link #advance} says so: a message is due, or has expired, for everybody at once.
 */
final class Agenda {
  // The wall clock may be set while a timer runs.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final EventLoop loop;
  private final Listener listener;
  private final Alarm alarm;
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparingLong(Entry::timeMillis)
              .thenComparing(Entry::kind)
              .thenComparingLong(entry -> entry.segment.first()));
  private long nowMillis;
  private long delayed;

  /** Hears of what happens; ranges lie within one segment. */
  interface Listener {
    /** Delayed messages may be delivered now. */
    void due(Segment segment, long first, long end);

    /** Messages have expired, wherever they are. */
    void expired(Segment segment, long first, long end);

    /** Something of this happened. */
    void passed();
  }

  // In this order, if both happen at the same time.
  private enum Kind {
    DUE,
    EXPIRED
  }

  /** What is still to come of one segment. */
  private static final class Entry {
    private final Kind kind;
    private final Segment segment;
    private final SegmentIndex.Times times;
    private int passed;

    Entry(Kind kind, Segment segment, SegmentIndex.Times times) {
      this.kind = kind;
      this.segment = segment;
      this.times = times;
    }

    Kind kind() {
      return kind;
    }

    boolean isOver() {
      return passed >= (times.areEqual() ? 1 : times.size());
    }

    long timeMillis() {
      return times.areEqual() ? times.common() : times.at(times.message(passed));
    }

    int position() {
      return times.areEqual() ? 0 : segment.index().position(times.message(passed));
    }

    /** How many offsets that is at once. */
    int span() {
      return times.areEqual() ? segment.index().span() : 1;
    }

    /** How many messages are still to come. */
    int left() {
      return times.areEqual() ? segment.index().count() : times.size() - passed;
    }

    /** Goes on to the next one; how many messages that were. */
    int pass() {
      passed++;
      return times.areEqual() ? segment.index().count() : 1;
    }
  }

  Agenda(EventLoop loop, Listener listener) {
    this.loop = loop;
    this.listener = listener;
    this.alarm = new Alarm(loop, this::onAlarm);
    this.nowMillis = loop.currentTimeMillis();
  }

  /** The time that decides. */
  long nowMillis() {
    return nowMillis;
  }

  /** How many messages are not due yet. */
  long delayed() {
    return delayed;
  }

  /** Takes note of a segment whose index has just become known. */
  void add(Segment segment) {
    SegmentIndex index = segment.index();
    if (!index.due().areEqual() || index.due().common() > nowMillis) {
      var entry = new Entry(Kind.DUE, segment, index.due());
      // Nobody has passed those that are due already without seeing them.
      while (!entry.isOver() && entry.timeMillis() <= nowMillis) {
        entry.pass();
      }
      delayed += entry.isOver() ? 0 : entry.left();
      put(entry);
    }
    if (!index.expiry().areEqual() || index.expiry().common() != SegmentIndex.NEVER) {
      put(new Entry(Kind.EXPIRED, segment, index.expiry()));
    }
  }

  private void put(Entry entry) {
    if (!entry.isOver()) {
      entries.add(entry);
      arm();
    }
  }

  /** Lets everything happen whose time has come by the wall clock. */
  void advance() {
    long wallMillis = loop.currentTimeMillis();
    boolean news = false;
    while (!entries.isEmpty() && entries.element().timeMillis() <= wallMillis) {
      Entry entry = entries.remove();
      nowMillis = Math.max(nowMillis, entry.timeMillis());
      news = true;
      happen(entry);
      put(entry);
    }
    nowMillis = Math.max(nowMillis, wallMillis);
    if (news) {
      listener.passed();
    }
  }

  // All of the entry that happens at this very time, in ranges as long as can be.
  private void happen(Entry entry) {
    long first = entry.segment.first() + entry.position();
    long end = first;
    while (!entry.isOver() && entry.timeMillis() <= nowMillis) {
      long at = entry.segment.first() + entry.position();
      if (at != end) {
        happen(entry, first, end);
        first = at;
      }
      end = at + entry.span();
      int messages = entry.pass();
      delayed -= entry.kind == Kind.DUE ? messages : 0;
    }
    happen(entry, first, end);
  }

  private void happen(Entry entry, long first, long end) {
    if (entry.kind == Kind.DUE) {
      listener.due(entry.segment, first, end);
    } else {
      listener.expired(entry.segment, first, end);
    }
  }

  private void onAlarm() {
    advance();
    arm();
  }

  private void arm() {
    if (entries.isEmpty()) {
      return;
    }
    long wait =
        Math.min(
            LONGEST_WAIT.toMillis(),
            Math.max(0, entries.element().timeMillis() - loop.currentTimeMillis()));
    alarm.setTo(loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait));
  }

  /** Forgets everything before an offset. */
  void trim(long offset) {
    forget(segment -> segment.end() <= offset);
  }

  /** Forgets these segments. */
  void forget(Predicate<Segment> which) {
    entries.removeIf(
        entry -> {
          boolean forgotten = which.test(entry.segment);
          if (forgotten && entry.kind == Kind.DUE) {
            delayed -= entry.left();
          }
          return forgotten;
        });
  }

  /** Nothing happens any more. */
  void stop() {
    alarm.cancel();
    entries.clear();
  }
}
