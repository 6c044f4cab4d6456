package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The event loop of one life of a node. It may stand still while the clock runs on: what falls due
 * meanwhile runs afterwards, in order. A dead loop runs nothing any more.
 */
final class OwnerLoop implements EventLoop {
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final VirtualTime time;
  private final int node;
  private final ArrayDeque<Due> held = new ArrayDeque<>();
  private long pausedUntilNanos;
  private boolean dead;
  private boolean current;

  OwnerLoop(VirtualTime time, int node) {
    this.time = time;
    this.node = node;
  }

  void kill() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  void pause(Duration duration) {
    pausedUntilNanos = Math.max(pausedUntilNanos, time.nowNanos() + duration.toNanos());
  }

  void resume() {
    pausedUntilNanos = time.nowNanos();
  }

  @Override
  public void execute(Runnable task) {
    Timer unused = schedule(0, EventKind.TASK, task);
  }

  @Override
  public long nanoTime() {
    return time.nowNanos();
  }

  @Override
  public long currentTimeMillis() {
    return millisAt(time.nowNanos());
  }

  /** What all wall clocks show at that moment. */
  static long millisAt(long nanos) {
    return EPOCH_MILLIS + nanos / 1_000_000;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return schedule(delay.toNanos(), EventKind.TIMER, task);
  }

  @Override
  public boolean isCurrent() {
    return current;
  }

  private Timer schedule(long delayNanos, EventKind kind, Runnable task) {
    return new Due(delayNanos, kind, task);
  }

  /** Runs what fell due during a pause, in the order in which it did, unless it still lasts. */
  private void wake() {
    long left = pausedUntilNanos - time.nowNanos();
    if (left > 0) {
      time.schedule(left, EventKind.TASK, node, 0, this::wake);
      return;
    }
    while (!held.isEmpty() && !dead) {
      held.removeFirst().runNow();
    }
  }

  private final class Due implements Timer {
    private final Runnable task;
    private final VirtualTime.Event event;
    private boolean cancelled;

    Due(long delayNanos, EventKind kind, Runnable task) {
      this.task = task;
      this.event = time.schedule(delayNanos, kind, node, 0, this::run);
    }

    @Override
    public void cancel() {
      cancelled = true;
      event.cancel();
    }

    private void run() {
      if (dead) {
        return;
      }
      if (time.nowNanos() < pausedUntilNanos || !held.isEmpty()) {
        held.addLast(this);
        if (held.size() == 1) {
          wake();
        }
        return;
      }
      runNow();
    }

    private void runNow() {
      if (cancelled) {
        return;
      }
      current = true;
      try {
        task.run();
      } finally {
        current = false;
      }
    }
  }
}
