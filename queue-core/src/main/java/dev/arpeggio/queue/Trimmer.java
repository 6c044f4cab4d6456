package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments the next commit deletes, from the front of the log: those that every
 * subscription has passed and that are not retained for replay, and those that have to go to make
 * room.
 *
 * <p>Deleting costs a copy of the producers' table, and is therefore done for several segments
 * together, or after a while. Ages are those that segments had when this owner learned of them,
 * plus what has passed since on a clock that does not jump.
 */
final class Trimmer {
  private static final int BATCH = 16;
  private static final int MAX_BATCH = 64;

  private final OwnerContext context;
  private final TopicConfig.Retention retention;
  private final Log log;
  private final Subscriptions subscriptions;
  private final Runnable work;
  // Everything before is deleted by a commit that has landed or is in flight.
  private long cut;
  // Everything before goes, whoever wants it still.
  private long dropTo;
  // What a compaction in flight replaces begins here.
  private long barrier = Long.MAX_VALUE;
  // How many bytes the segments from the cut to this offset have.
  private long passedTo;
  private long passedBytes;
  private boolean allowed;
  private boolean due;
  private EventLoop.@Nullable Timer timer;
  private long timerNanos;

  /** How much there is of something. */
  record Amount(long bytes, long messages) {}

  /**
   * @param work runs when there is something to delete
   */
  Trimmer(
      OwnerContext context,
      TopicConfig.Retention retention,
      Log log,
      Subscriptions subscriptions,
      Runnable work) {
    this.context = context;
    this.retention = retention;
    this.log = log;
    this.subscriptions = subscriptions;
    this.work = work;
    this.cut = log.firstOffset();
    this.passedTo = cut;
  }

  /** From now on, segments may be deleted: all that they say of their producers is known. */
  void allow() {
    allowed = true;
  }

  /** Deletes without waiting for more to delete. */
  void hurry() {
    due = true;
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Everything before is deleted by a commit that has landed or is in flight. */
  long cut() {
    return cut;
  }

  /** The next segment is part of a commit now. */
  void advance(Segment next) {
    cut = next.end();
    if (cut <= passedTo) {
      passedBytes -= next.name().bytes();
    } else {
      recount();
    }
  }

  /** Nothing is in flight any more. */
  void restart() {
    cut = log.firstOffset();
    goOn();
  }

  /** A compaction of what begins here is in flight. */
  void stopAt(long offset) {
    barrier = offset;
  }

  /** No compaction is in flight any more; segments may have been replaced. */
  void goOn() {
    barrier = Long.MAX_VALUE;
    recount();
  }

  // ---- What is deleted next.

  /** How many segments, from the cut on, the next commit deletes. */
  int segments() {
    if (!allowed || cut >= log.nextOffset()) {
      return 0;
    }
    long floor = subscriptions.floor(log.nextOffset()).orElse(cut);
    long kept = passedBytes(floor);
    boolean dropping = false;
    int segments = 0;
    Segment next = log.find(cut);
    while (next != null && segments < MAX_BATCH && next.end() <= barrier) {
      if (next.end() <= dropTo) {
        dropping = true;
      } else if (next.end() > floor || isRetained(next, kept)) {
        break;
      }
      kept -= next.name().bytes();
      segments++;
      next = log.following(next);
    }
    if (segments >= BATCH || (segments > 0 && (due || dropping))) {
      return segments;
    }
    due = false;
    if (segments > 0) {
      arm(context.options().trimDelay());
    } else if (next != null && next.end() <= floor) {
      armForAge(next);
    }
    return 0;
  }

  private boolean isRetained(Segment segment, long keptBytes) {
    if (segment.name().count() == 0) {
      return false;
    }
    // What is left of such a log, compactions take away.
    return retention.lastPerKey() > 0 || (isYoung(segment) && keptBytes <= retention.bytes());
  }

  /** Whether it is too young to be deleted, or to lose messages, without need. */
  boolean isYoung(Segment segment) {
    if (retention.time().isZero()) {
      return false;
    }
    return !segment.isDated() || ageLeft(segment).compareTo(Duration.ZERO) > 0;
  }

  private Duration ageLeft(Segment segment) {
    return retention.time().minusNanos(context.loop().nanoTime() - segment.committedNanos());
  }

  // Bytes that every subscription has passed and no commit deletes yet.
  private long passedBytes(long floor) {
    if (retention.time().isZero() || retention.bytes() == Long.MAX_VALUE) {
      return 0;
    }
    if (floor < passedTo) {
      recount();
    }
    for (Segment next = log.at(passedTo);
        next != null && next.end() <= floor;
        next = log.following(next)) {
      passedBytes += next.name().bytes();
      passedTo = next.end();
    }
    return passedBytes;
  }

  private void recount() {
    passedTo = cut;
    passedBytes = 0;
  }

  private void armForAge(Segment retained) {
    if (!retention.time().isZero() && retention.lastPerKey() == 0 && retained.isDated()) {
      Duration left = ageLeft(retained);
      Duration least = context.options().trimDelay();
      arm(left.compareTo(least) > 0 ? left : least);
    }
  }

  private void arm(Duration wait) {
    long at = context.loop().nanoTime() + wait.toNanos();
    if (timer != null) {
      if (timerNanos - at <= 0) {
        return;
      }
      timer.cancel();
    }
    timerNanos = at;
    timer =
        context
            .loop()
            .schedule(
                wait,
                () -> {
                  timer = null;
                  hurry();
                  work.run();
                });
  }

  // ---- Making room.

  /** What is retained now and is about to be deleted. */
  Amount leaving() {
    long bytes = 0;
    long messages = 0;
    for (Segment segment : log.segments()) {
      if (segment.end() > Math.max(cut, dropTo)) {
        break;
      }
      bytes += segment.name().bytes();
      messages += segment.name().count();
    }
    return new Amount(bytes, messages);
  }

  /**
   * Lets the oldest segments go, whoever wants them still, until that much is free.
   *
   * @return whether there was as much; if not, nothing goes
   */
  boolean drop(Amount excess) {
    long bytes = excess.bytes();
    long messages = excess.messages();
    long from = Math.max(cut, dropTo);
    while ((bytes > 0 || messages > 0) && from < log.nextOffset()) {
      Segment next = log.find(from);
      bytes -= next.name().bytes();
      messages -= next.name().count();
      from = next.end();
    }
    boolean enough = bytes <= 0 && messages <= 0;
    if (enough) {
      dropTo = Math.max(dropTo, from);
    }
    return enough;
  }
}
