package dev.arpeggio.simulator.terminal;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/**
 * One line on a terminal that is written over as work goes on; nothing at all elsewhere. Safe for
 * any thread.
 */
public final class Progress implements AutoCloseable {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final PrintWriter err;
  private final boolean terminal;
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;
  private int lastLength;

  /**
   * For one command.
   *
   * @param terminal whether {@code err} is a terminal
   */
  public Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * For one command of this process. Java 17 cannot say which of its streams is a terminal; the
   * launch script can.
   */
  public static Progress on(PrintWriter err) {
    return new Progress(err, Boolean.getBoolean("arpeggio.interactive"));
  }

  /** Shows where the work stands, unless that was done a moment ago. */
  public synchronized void update(String state) {
    long now = System.nanoTime();
    if (terminal && now - lastNanos >= INTERVAL_NANOS) {
      lastNanos = now;
      show(state);
    }
  }

  /** Removes the line, so that what is printed next stands alone. */
  @Override
  public synchronized void close() {
    if (lastLength > 0) {
      show("");
      err.print("\r");
      err.flush();
    }
  }

  private void show(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
    err.flush();
    lastLength = line.length();
  }
}
