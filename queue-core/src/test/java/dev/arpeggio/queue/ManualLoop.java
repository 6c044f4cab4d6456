package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** An event loop in virtual time, which runs when the test says so. */
final class ManualLoop implements EventLoop {
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final TreeSet<Due> timers =
      new TreeSet<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
  private long nowNanos = 1_000;
  private long numbers;
  private long wallClockMillis = 1_700_000_000_000L;

  private record Due(long atNanos, long number, Runnable task) {}

  @Override
  public void execute(Runnable task) {
    ready.addLast(task);
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public long currentTimeMillis() {
    return wallClockMillis + nowNanos / 1_000_000;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    var due = new Due(nowNanos + Math.max(0, delay.toNanos()), numbers++, task);
    timers.add(due);
    return () -> timers.remove(due);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  /** Steps the wall clock, as an administrator may. */
  void stepClock(Duration by) {
    wallClockMillis += by.toMillis();
  }

  /** Runs what is ready, and what follows from it, without letting time pass. */
  void run() {
    for (int steps = 0; !ready.isEmpty(); steps++) {
      if (steps > 1_000_000) {
        throw new IllegalStateException("the loop does not come to rest");
      }
      ready.removeFirst().run();
    }
  }

  /** Runs what is ready, as far as it takes to make a condition true. */
  void runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      ready.removeFirst().run();
    }
  }

  /** Runs everything that is ready or becomes due within that time. */
  void advance(Duration time) {
    long until = nowNanos + time.toNanos();
    run();
    while (!timers.isEmpty() && timers.first().atNanos() <= until) {
      Due due = timers.first();
      timers.remove(due);
      nowNanos = Math.max(nowNanos, due.atNanos());
      due.task().run();
      run();
    }
    nowNanos = until;
  }

  /** Time passes, and nothing runs. */
  void sleep(Duration time) {
    nowNanos += time.toNanos();
  }

  int timers() {
    return timers.size();
  }

  boolean hasTimers() {
    return !timers.isEmpty();
  }
}
