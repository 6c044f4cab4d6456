package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;

/**
 * The event loop of one life of a node. It may stand still while the clock runs on: what falls due
 * meanwhile runs afterwards, in order. A dead loop runs nothing any more.
 */
final class OwnerLoop implements EventLoop {
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final VirtualTime time;
  private final int node;
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
    return EPOCH_MILLIS + time.nowNanos() / 1_000_000;
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
    Due due = new Due(kind, task);
    due.plan(delayNanos);
    return due;
  }

  private final class Due implements Timer {
    private final EventKind kind;
    private final Runnable task;
    private VirtualTime.Event event;

    Due(EventKind kind, Runnable task) {
      this.kind = kind;
      this.task = task;
    }

    void plan(long delayNanos) {
      event = time.schedule(delayNanos, kind, node, 0, this::run);
    }

    @Override
    public void cancel() {
      event.cancel();
    }

    private void run() {
      if (dead) {
        return;
      }
      if (time.nowNanos() < pausedUntilNanos) {
        plan(pausedUntilNanos - time.nowNanos());
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
