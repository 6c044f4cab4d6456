package dev.arpeggio.queue;

import org.jspecify.annotations.Nullable;

/**
 * The messages of one priority, as a subscription takes them: first those that it passed by and
 * that are to be delivered now, because they came back or came due, and then the rest of the log.
 */
final class Lane {
  /** There is no message. */
  static final long NONE = -1;

  private final int priority;
  private final Home home;
  private final Gone gone;
  private final Redeliveries ready = new Redeliveries();
  private long next;

  /** What is not to be delivered from the log. */
  interface Gone {
    /** The first offset at or after this one that is left. */
    long firstLeft(long offset);

    /** The first offset of {@code offset} to {@code end - 1} that is gone; else {@code end}. */
    long firstGone(long offset, long end);
  }

  /**
   * @param next everything before has been passed by
   */
  Lane(int priority, Home home, Gone gone, long next) {
    this.priority = priority;
    this.home = home;
    this.gone = gone;
    this.next = next;
  }

  int priority() {
    return priority;
  }

  /** Messages that were passed by, and are to be delivered now. */
  Redeliveries ready() {
    return ready;
  }

  /** Everything before was taken, is gone or not due yet, or is of another priority. */
  long next() {
    return next;
  }

  void passTo(long offset) {
    next = Math.max(next, offset);
  }

  /**
   * The first message of the rest of the log that can be delivered; {@link #NONE} if there is none.
   */
  long fresh() {
    LogIndex index = home.index();
    long limit = index.end();
    long now = index.agenda().nowMillis();
    while (true) {
      next = gone.firstLeft(next);
      if (next >= limit) {
        return NONE;
      }
      Segment segment = index.next(priority, next);
      if (segment == null || segment.first() >= limit) {
        next = limit;
        return NONE;
      }
      if (segment.first() > next) {
        next = segment.first();
        continue;
      }
      SegmentIndex messages = segment.index();
      int position = (int) (next - segment.first());
      int found = messages.next(priority, position);
      if (found > position) {
        next = segment.first() + found;
      } else if (messages.dueMillis(position) > now) {
        next = messages.due().areEqual() ? segment.end() : next + 1;
      } else {
        return next;
      }
    }
  }

  /** Where the messages end that can be delivered together with a fresh one. */
  long freshEnd(long first, Segment segment) {
    long end = gone.firstGone(first, segment.end());
    int position = (int) (first - segment.first());
    return segment.first()
        + segment
            .index()
            .runEnd(position, (int) (end - segment.first()), home.index().agenda().nowMillis());
  }

  /** Where the next delivery is taken from, as far as can be told; null: from nowhere. */
  @Nullable Long position() {
    var back = ready.first();
    if (back != null) {
      return back.first();
    }
    if (priority == 0) {
      return next;
    }
    Segment segment = home.index().next(priority, next);
    return segment == null ? null : Long.valueOf(Math.max(next, segment.first()));
  }
}
