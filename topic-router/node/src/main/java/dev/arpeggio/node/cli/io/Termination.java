package dev.arpeggio.node.cli.io;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end its work in order when the process is told to end (Ctrl-C, SIGTERM): the
 * thread that opened it is interrupted, and the process stays until that thread has closed it, or
 * until the grace time is over.
 */
public final class Termination implements AutoCloseable {
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  private Termination(Duration grace) {
    hook = new Thread(() -> terminate(grace), "termination");
  }

  /** Watches over the calling thread from now on. */
  public static Termination watch(Duration grace) {
    Termination termination = new Termination(grace);
    Runtime.getRuntime().addShutdownHook(termination.hook);
    return termination;
  }

  /** Whether the process has been told to end. */
  public boolean isRequested() {
    return requested;
  }

  /**
   * Waits until the process is told to end, or {@link #wake()} is called; the thread's interrupt
   * flag is clear afterwards.
   */
  public void await() {
    boolean waiting = true;
    while (waiting) {
      try {
        interrupted.await();
        waiting = false;
      } catch (InterruptedException e) {
        // The interrupt comes a moment before the latch that this loop waits for.
        waiting = true;
      }
    }
    Thread.interrupted();
  }

  /**
   * Ends the waiting of {@link #await()}, now or later, although nobody told the process to end.
   */
  public void wake() {
    interrupted.countDown();
  }

  @Override
  public void close() {
    closed.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends at this very moment: the hook runs, and finds nothing to wait for.
        requested = true;
      }
    }
  }

  private void terminate(Duration grace) {
    requested = true;
    if (closed.getCount() == 0) {
      return;
    }
    worker.interrupt();
    interrupted.countDown();
    try {
      closed.await(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts a shutdown hook; if somebody does, there is no reason to stay.
      Thread.currentThread().interrupt();
    }
  }
}
