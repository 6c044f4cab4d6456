package dev.arpeggio.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts: they double from 20 ms to 1 s, spread by a quarter either way so that
 * clients that lost the same owner do not come back together. Confined to one thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final RandomGenerator random;
  private Duration base = FIRST;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    Duration current = base;
    Duration doubled = base.multipliedBy(2);
    base = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return Duration.ofNanos((long) (current.toNanos() * random.nextDouble(0.75, 1.25)));
  }

  /** An attempt got somewhere: start again with short waits. */
  void reset() {
    base = FIRST;
  }
}
