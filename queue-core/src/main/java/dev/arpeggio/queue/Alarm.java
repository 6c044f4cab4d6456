package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One timer for something that has many due times: it is set to the earliest of them. */
final class Alarm {
  private final EventLoop loop;
  private final Runnable task;
  private EventLoop.@Nullable Timer timer;
  private long timeNanos;

  /**
   * @param task finds out itself what is due, which may be nothing, and sets the alarm again
   */
  Alarm(EventLoop loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /**
   * Runs the task at that time, or earlier if it was set to an earlier one.
   *
   * @param earliestNanos by the loop's clock; null: there is nothing to wait for
   */
  void setTo(@Nullable Long earliestNanos) {
    if (earliestNanos == null || (timer != null && timeNanos - earliestNanos <= 0)) {
      return;
    }
    cancel();
    timeNanos = earliestNanos;
    long wait = Math.max(0, earliestNanos - loop.nanoTime());
    timer =
        loop.schedule(
            Duration.ofNanos(wait),
            () -> {
              timer = null;
              task.run();
            });
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
