package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then whether somebody's time is over, in the time in which this owner was awake:
 * one that slept does not take the silence that it did not hear for somebody else's.
 */
final class Patrol {
  // What is over is noticed at most so much of its time late.
  private static final int LOOKS = 4;
  private static final Duration SHORTEST = Duration.ofMillis(10);

  private final EventLoop loop;
  private final Runnable look;
  private Duration period;
  private EventLoop.@Nullable Timer timer;
  private long sleptNanos;
  private boolean stopped;

  /**
   * @param time that somebody has
   */
  Patrol(EventLoop loop, Duration time, Runnable look) {
    this.loop = loop;
    this.look = look;
    this.period = periodFor(time);
  }

  long awakeNanos() {
    return loop.nanoTime() - sleptNanos;
  }

  private static Duration periodFor(Duration time) {
    Duration part = time.dividedBy(LOOKS);
    return part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
  }

  /** Somebody has no more time than that. */
  void hasten(Duration time) {
    Duration wanted = periodFor(time);
    if (wanted.compareTo(period) < 0) {
      period = wanted;
      if (timer != null) {
        timer.cancel();
        start();
      }
    }
  }

  void start() {
    long due = loop.nanoTime() + period.toNanos();
    timer =
        loop.schedule(
            period,
            () -> {
              long late = loop.nanoTime() - due;
              if (late > period.toNanos()) {
                sleptNanos += late;
              }
              look.run();
              // Unless what it saw was the end.
              if (!stopped) {
                start();
              }
            });
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
