package dev.arpeggio.queue;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread, real or simulated, that a group of actors runs on, with its clocks.
 *
 * <p>Tasks run one at a time, in the order in which they were handed in. {@link #execute} may be
 * called from any thread; everything else is for the loop itself.
 */
public interface EventLoop extends Executor {
  /** A clock in nanoseconds that never goes back; its origin means nothing. */
  long nanoTime();

  /** Wall-clock time in milliseconds since 1970-01-01T00:00Z; may jump. */
  long currentTimeMillis();

  /**
   * Runs {@code task} on the loop once {@code delay} has passed, unless the timer is cancelled
   * before.
   */
  Timer schedule(Duration delay, Runnable task);

  /** Whether the caller runs on this loop. */
  boolean isCurrent();

  /** A task that is due later. */
  interface Timer {
    /**
     * After this, the task does not start any more. Cancelling twice, or after the task ran, does
     * nothing.
     */
    void cancel();
  }
}
