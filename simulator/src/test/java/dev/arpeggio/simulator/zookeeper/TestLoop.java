package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;

/** A loop in virtual time that always runs. */
final class TestLoop implements EventLoop {
  private final VirtualTime time;

  TestLoop(VirtualTime time) {
    this.time = time;
  }

  @Override
  public void execute(Runnable task) {
    time.schedule(0, EventKind.TASK, 0, 0, task);
  }

  @Override
  public long nanoTime() {
    return time.nowNanos();
  }

  @Override
  public long currentTimeMillis() {
    return time.nowNanos() / 1_000_000;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return time.schedule(delay.toNanos(), EventKind.TIMER, 0, 0, task)::cancel;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }
}
