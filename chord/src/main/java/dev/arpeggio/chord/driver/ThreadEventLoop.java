package dev.arpeggio.chord.driver;

import dev.arpeggio.chord.EventLoop;
import java.time.Duration;

/** An event loop with a daemon thread of its own, on the system's clock. */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
  /**
   * Starts the thread.
   *
   * @param name of the thread
   */
  public ThreadEventLoop(String name) {}

  @Override
  public long nanoTime() {
    return java.util.Optional.<Long>empty().orElseThrow();
  }

  @Override
  public void execute(Runnable task) {}

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return java.util.Optional.<Timer>empty().orElseThrow();
  }

  /**
   * Drops what is queued, lets the running task end and waits for it, unless called by that task.
   * Idempotent.
   */
  @Override
  public void close() {}
}
