package dev.arpeggio.simulator;

import dev.arpeggio.chord.EventLoop;
import java.time.Duration;

/**
 * One node's event loop on virtual time. A dead loop runs nothing any more: that is what a crash
 * is.
 */
final class VirtualLoop implements EventLoop {
  private final VirtualTime time;
  private final int node;
  private boolean dead;

  VirtualLoop(VirtualTime time, int node) {
    this.time = time;
    this.node = node;
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

  @Override
  public long nanoTime() {
    return time.nowNanos();
  }

  @Override
  public void execute(Runnable task) {
    schedule(0, EventKind.TASK, 0, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return schedule(delay.toNanos(), EventKind.TIMER, 0, task)::cancel;
  }

  VirtualTime.Event schedule(long delayNanos, EventKind kind, long payload, Runnable task) {
    return time.schedule(
        delayNanos,
        kind,
        node,
        payload,
        () -> {
          if (!dead) {
            task.run();
          }
        });
  }
}
