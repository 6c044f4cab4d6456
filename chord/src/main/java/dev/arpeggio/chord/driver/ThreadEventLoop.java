package dev.arpeggio.chord.driver;

import dev.arpeggio.chord.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop with a daemon thread of its own, on the system's clock. Safe for any thread.
 *
 * <p>A task that throws is a bug: it is logged, and the loop goes on, because the tasks after it
 * have done nothing wrong. The queue is as long as what is submitted; whoever submits on behalf of
 * others bounds that.
 */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ThreadEventLoop.class.getName());

  private final ScheduledThreadPoolExecutor executor;
  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  /**
   * Starts the thread.
   *
   * @param name of the thread
   */
  public ThreadEventLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread started = new Thread(task, name);
              started.setDaemon(true);
              thread = started;
              return started;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.prestartCoreThread();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      // Closed: the interface promises to drop the task.
      LOG.log(System.Logger.Level.TRACE, "dropped a task of a closed loop", e);
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.TRACE, "dropped a timer of a closed loop", e);
      return () -> {};
    }
  }

  /**
   * Drops what is queued, lets the running task end and waits for it, unless called by that task.
   * Idempotent.
   */
  @Override
  public void close() {
    // What is queued still runs, and does nothing. Were it taken out of the executor's queue, the
    // worker that has just seen it there would wait for it for good.
    closed = true;
    executor.shutdown();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "a task of " + Thread.currentThread().getName() + " failed",
          e);
    }
  }
}
