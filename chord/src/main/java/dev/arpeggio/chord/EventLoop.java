package dev.arpeggio.chord;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread, and the one clock, of a node. Tasks run one at a time, in the order of
 * submission; timers in the order of their due time. Every method may be called from any thread.
 */
public interface EventLoop extends Executor {
  /** Nanoseconds since an arbitrary origin; never goes back. */
  long nanoTime();

  /** Runs the task after those submitted before; silently dropped once the loop has closed. */
  @Override
  void execute(Runnable task);

  /**
   * Runs the task once, no earlier than {@code delay} from now. A negative delay counts as zero.
   */
  Timer schedule(Duration delay, Runnable task);

  /** A task that is yet to run. */
  interface Timer {
    /** Called on the loop, keeps the task from running; does nothing if it ran already. */
    void cancel();
  }
}
