package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop on a daemon thread of its own.
 *
 * <p>A task that throws is a bug: it is handed to the handler given at construction, and the loop
 * goes on.
 */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<Throwable> onBug;
  private volatile @Nullable Thread thread;

  public ThreadEventLoop(String name, Consumer<Throwable> onBug) {
    this.onBug = onBug;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var created = new Thread(task, name);
              created.setDaemon(true);
              thread = created;
              return created;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(() -> run(task));
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      var future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      // A task that still runs may want to be called later, as those are that were scheduled
      // before.
      return () -> {};
    }
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs what was executed before, drops what is scheduled, also by that, and lets the thread end.
   * Tasks that come later are refused.
   */
  @Override
  public void close() {
    executor.shutdown();
  }

  // Not left to the executor, which would swallow the exception.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      onBug.accept(bug);
    }
  }
}
