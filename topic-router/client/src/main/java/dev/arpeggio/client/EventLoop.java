package dev.arpeggio.client;

import java.time.Duration;

/**
 * Port: the one thread on which all protocol decisions of a client are taken, and its clock. Tasks
 * run one at a time, in the order of {@link #execute}. All methods are thread-safe.
 */
interface EventLoop {
  /** Of a monotonic clock without a meaningful origin; only differences count. */
  long nowNanos();

  void execute(Runnable task);

  Timer schedule(Duration delay, Runnable task);

  /** Whether the calling thread is the loop's own: then it must not wait for what the loop does. */
  boolean isCurrentThread();

  /** Refuses to let the loop wait for itself, which a callback of the application may try. */
  default void requireOutside(String call) {
    if (isCurrentThread()) {
      throw new IllegalStateException(
          call + " waits for the thread that completes futures, so that thread must not call it");
    }
  }

  /** A task that is due later. */
  interface Timer {
    /** No effect once the task has run. */
    void cancel();
  }
}
