package dev.arpeggio.node.cli.io;

import java.util.function.Supplier;

/**
 * One line on a terminal that is written over as work goes on; nothing at all elsewhere. Not
 * thread-safe.
 */
public final class Progress implements AutoCloseable {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Console console;
  private long lastNanos = System.nanoTime();
  private int lastLength;

  public Progress(Console console) {
    this.console = console;
  }

  /** Shows where the work stands, unless that was done a moment ago. */
  public void update(Supplier<String> state) {
    if (console.interactive() && System.nanoTime() - lastNanos >= INTERVAL_NANOS) {
      lastNanos = System.nanoTime();
      show(state.get());
    }
  }

  /** Removes the line, so that what is printed next stands alone. */
  @Override
  public void close() {
    if (lastLength > 0) {
      show("");
      console.err().print("\r");
    }
  }

  private void show(String line) {
    String padding = " ".repeat(Math.max(0, lastLength - line.length()));
    console.err().print("\r" + line + padding);
    console.err().flush();
    lastLength = line.length();
  }
}
