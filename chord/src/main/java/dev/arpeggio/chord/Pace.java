package dev.arpeggio.chord;

import java.time.Duration;

/**
 * How long to wait for the next round of maintenance: little after a change, because changes seldom
 * come alone, and half as long again after every quiet round, up to the interval at rest. On the
 * loop.
 */
final class Pace {
  private final long quickNanos;
  private final long restNanos;
  private long nextNanos;

  /**
   * Begins quickly.
   *
   * @param quick shortest interval
   * @param rest longest interval
   */
  Pace(Duration quick, Duration rest) {
    this.quickNanos = quick.toNanos();
    this.restNanos = rest.toNanos();
    this.nextNanos = quickNanos;
  }

  /** Something changed; returns the interval until the next round. */
  Duration hasten() {
    nextNanos = quickNanos;
    return Duration.ofNanos(quickNanos);
  }

  /** The interval after the present round. */
  Duration next() {
    long nanos = nextNanos;
    nextNanos = Math.min(restNanos, nanos + nanos / 2);
    return Duration.ofNanos(nanos);
  }
}
