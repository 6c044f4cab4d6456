package dev.arpeggio.client;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Driver: the event loop as one daemon thread. What a task throws is a defect of the library; it
 * goes to the handler given, on the loop. Tasks handed in after close are dropped: by then
 * everything that they could serve has been failed.
 */
final class LoopThread implements EventLoop, AutoCloseable {
  private static final Duration TERMINATION = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<Throwable> onDefect;
  private volatile @Nullable Thread thread;

  LoopThread(Consumer<Throwable> onDefect) {
    this.onDefect = onDefect;
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread created = new Thread(task, "arpeggio-client");
              created.setDaemon(true);
              thread = created;
              return created;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Future<?> future = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  /** Waits for the task that runs, unless called by it. */
  @Override
  public void close() {
    executor.shutdown();
    if (isCurrentThread()) {
      return;
    }
    try {
      if (!executor.awaitTermination(TERMINATION.toNanos(), TimeUnit.NANOSECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error defect) {
        onDefect.accept(defect);
      }
    };
  }
}
