package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * The event loop of one life of a node, with a clock that may run fast or slow and a loop that may
 * stand still while the clock runs on. What falls due during a pause runs at its end, in order.
 */
final class NodeClock implements EventLoop {
  private final VirtualTime time;
  private final int node;
  private final Tally tally;
  private final IntConsumer afterEvent;
  private long originNanos;
  private long sinceNanos;
  private int driftPercent;
  private long pausedUntilNanos;
  private boolean dead;

  NodeClock(VirtualTime time, int node, Tally tally, IntConsumer afterEvent) {
    this.time = time;
    this.node = node;
    this.tally = tally;
    this.afterEvent = afterEvent;
    this.pausedUntilNanos = time.nowNanos();
    this.sinceNanos = time.nowNanos();
  }

  int node() {
    return node;
  }

  boolean isDead() {
    return dead;
  }

  void kill() {
    dead = true;
  }

  void pause(long nanos) {
    pausedUntilNanos = Math.max(pausedUntilNanos, time.nowNanos() + nanos);
  }

  void resume() {
    pausedUntilNanos = time.nowNanos();
  }

  /** From now on, the clock is this much faster than time; negative is slower. */
  void drift(int percent) {
    originNanos = nanoTime();
    sinceNanos = time.nowNanos();
    driftPercent = percent;
  }

  @Override
  public long nanoTime() {
    long passed = time.nowNanos() - sinceNanos;
    return originNanos + passed + passed * driftPercent / 100;
  }

  @Override
  public void execute(Runnable task) {
    Timer unused = later(0, EventKind.TASK, 0, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return timer(delay, EventKind.TIMER, task);
  }

  /** A timer by this clock. */
  Timer timer(Duration delay, EventKind kind, Runnable task) {
    if (driftPercent != 0) {
      tally.fired(Fault.DRIFT);
    }
    return later(delay.toNanos() * 100 / (100 + driftPercent), kind, 0, task);
  }

  /** Runs the task on this loop after so much time. */
  Timer later(long delayNanos, EventKind kind, long payload, Runnable task) {
    Due due = new Due(kind, payload, task);
    due.plan(delayNanos);
    return due;
  }

  private final class Due implements Timer {
    private final EventKind kind;
    private final long payload;
    private final Runnable task;
    private boolean cancelled;

    Due(EventKind kind, long payload, Runnable task) {
      this.kind = kind;
      this.payload = payload;
      this.task = task;
    }

    void plan(long delayNanos) {
      time.schedule(delayNanos, kind, node, payload, this::run);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private void run() {
      if (dead || cancelled) {
        return;
      }
      if (time.nowNanos() < pausedUntilNanos) {
        tally.fired(Fault.PAUSE);
        plan(pausedUntilNanos - time.nowNanos());
        return;
      }
      task.run();
      afterEvent.accept(node);
    }
  }
}
