package dev.arpeggio.queue;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments the next commit deletes: from the front of the log, those that every
 * subscription has passed.
 *
 * <p>Deleting costs a copy of the producers' table, and is therefore done for several segments
 * together, or after a while.
 */
final class Trimmer {
  private static final int BATCH = 16;
  private static final int MAX_BATCH = 64;

  private final OwnerContext context;
  private final Log log;
  private final Subscriptions subscriptions;
  private final Runnable work;
  // Everything before is deleted by a commit that has landed or is in flight.
  private long cut;
  private boolean allowed;
  private boolean due;
  private EventLoop.@Nullable Timer timer;

  /**
   * @param work runs when there is something to delete
   */
  Trimmer(OwnerContext context, Log log, Subscriptions subscriptions, Runnable work) {
    this.context = context;
    this.log = log;
    this.subscriptions = subscriptions;
    this.work = work;
    this.cut = log.firstOffset();
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

  long cut() {
    return cut;
  }

  /** Where the next segment to be deleted is; what is before is part of a commit. */
  void advance(long offset) {
    cut = offset;
  }

  /** Nothing is in flight any more. */
  void restart() {
    cut = log.firstOffset();
  }

  /** How many segments, from the cut on, the next commit deletes. */
  int segments() {
    OptionalLong floor = subscriptions.floor();
    if (!allowed || floor.isEmpty() || cut >= log.nextOffset()) {
      return 0;
    }
    int segments = 0;
    for (Segment next = log.find(cut);
        next != null && segments < MAX_BATCH;
        next = log.following(next)) {
      if (next.end() > floor.getAsLong()) {
        break;
      }
      segments++;
    }
    if (segments >= BATCH || (segments > 0 && due)) {
      return segments;
    }
    due = false;
    if (segments > 0 && timer == null) {
      timer =
          context
              .loop()
              .schedule(
                  context.options().trimDelay(),
                  () -> {
                    timer = null;
                    hurry();
                    work.run();
                  });
    }
    return 0;
  }
}
