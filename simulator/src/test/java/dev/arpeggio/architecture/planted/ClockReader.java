package dev.arpeggio.architecture.planted;

/** Reads the clock. */
public final class ClockReader {
  public long read() {
    return System.currentTimeMillis();
  }
}
