package dev.arpeggio.simulator.terminal;

/** Real time since it was made, for commands that tell how long they took. Safe for any thread. */
public final class Stopwatch {
  private static final double SECOND_NANOS = 1e9;

  private final long startNanos = System.nanoTime();

  /** Seconds so far. */
  public double seconds() {
    return (System.nanoTime() - startNanos) / SECOND_NANOS;
  }
}
