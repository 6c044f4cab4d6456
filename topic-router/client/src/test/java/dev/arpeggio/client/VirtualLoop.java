package dev.arpeggio.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** An event loop whose time passes when a test says so; the test's thread is the loop. */
final class VirtualLoop implements EventLoop {
  private static final class Task implements Timer {
    private final long atNanos;
    private final long number;
    private final Runnable action;
    private boolean cancelled;

    Task(long atNanos, long number, Runnable action) {
      this.atNanos = atNanos;
      this.number = number;
      this.action = action;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.<Task>comparingLong(task -> task.atNanos)
              .thenComparingLong(task -> task.number));
  private long nowNanos;
  private long scheduled;

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public void execute(Runnable task) {
    add(Duration.ZERO, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return add(delay, task);
  }

  @Override
  public boolean isCurrentThread() {
    return true;
  }

  Duration elapsed() {
    return Duration.ofNanos(nowNanos);
  }

  /** Runs what is due within that time. */
  void advance(Duration time) {
    long end = nowNanos + time.toNanos();
    while (!tasks.isEmpty() && tasks.element().atNanos <= end) {
      runNext();
    }
    nowNanos = end;
  }

  /** Runs tasks, however late they are due, until something is the case. */
  void runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (tasks.isEmpty()) {
        throw new AssertionError("it will never be the case");
      }
      runNext();
    }
  }

  private Task add(Duration delay, Runnable action) {
    Task task = new Task(nowNanos + delay.toNanos(), scheduled++, action);
    tasks.add(task);
    return task;
  }

  private void runNext() {
    Task task = tasks.remove();
    if (!task.cancelled) {
      nowNanos = task.atNanos;
      task.action.run();
    }
  }
}
