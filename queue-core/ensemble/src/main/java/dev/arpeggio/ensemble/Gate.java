package dev.arpeggio.ensemble;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What passes in one direction waits here while it is held, or for as long as it is delayed. */
final class Gate {
  private boolean closed;
  private Duration delay = Duration.ZERO;

  synchronized void close() {
    closed = true;
  }

  synchronized void open() {
    closed = false;
    notifyAll();
  }

  synchronized void delay(Duration now) {
    delay = now;
  }

  void pass() throws InterruptedException {
    Duration wait;
    synchronized (this) {
      while (closed) {
        wait();
      }
      wait = delay;
    }
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
  }
}
