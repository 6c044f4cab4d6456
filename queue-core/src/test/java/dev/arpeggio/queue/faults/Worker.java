package dev.arpeggio.queue.faults;

import org.jspecify.annotations.Nullable;

/** A thread of the test that works until it is told to end, and whose bugs fail the test. */
final class Worker {
  private final Thread thread;
  private volatile boolean ending;
  private volatile @Nullable Throwable bug;

  /** What it does; looks at {@link #isEnding()} once in a while. */
  interface Task {
    void run() throws InterruptedException;
  }

  Worker(String name, Task task) {
    this.thread = new Thread(() -> run(task), name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean isEnding() {
    return ending;
  }

  private void run(Task task) {
    try {
      task.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      bug = e;
    }
  }

  /** Waits for it; fails if it failed. */
  void end() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while " + thread.getName() + " ends", e);
    }
    if (bug != null) {
      throw new AssertionError("a bug in " + thread.getName(), bug);
    }
  }
}
