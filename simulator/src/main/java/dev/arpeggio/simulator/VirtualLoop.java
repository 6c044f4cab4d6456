package dev.arpeggio.simulator;

import dev.arpeggio.chord.EventLoop;
import java.time.Duration;

/**
 * One node's event loop on virtual time. A dead loop runs nothing any more: that is what a crash
 * is.
 */
public final class VirtualLoop implements EventLoop {
  private final VirtualTime time;
  private final int node;
  private boolean dead;

  /**
   * For one life of a node.
   *
   * @param node its number, for the fingerprint
   */
  public VirtualLoop(VirtualTime time, int node) {
    this.time = time;
    this.node = node;
  }

  /** The number of the node. */
  public int node() {
    return node;
  }

  boolean isDead() {
    return dead;
  }

  /** Nothing that is planned, or will be, runs from now on. */
  public void kill() {
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

  /** Plans an event of this node; see {@link VirtualTime#schedule}. */
  public VirtualTime.Event schedule(long delayNanos, EventKind kind, long payload, Runnable task) {
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
