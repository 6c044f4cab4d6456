package dev.arpeggio.chord.transport.local;

import dev.arpeggio.chord.EventLoop;
import java.time.Duration;

/** A loop for transports that are never to open. */
final class NoLoop implements EventLoop {
  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public void execute(Runnable task) {
    throw new AssertionError("nothing is to run here");
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    throw new AssertionError("nothing is to run here");
  }
}
