package dev.arpeggio.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts: they double from 20 ms to 80 ms, stay there for the time in which a
 * ring finds a new owner, and double on to 1 s; spread by a quarter either way so that clients that
 * lost the same owner do not come back together. Confined to one thread.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration SHORT = Duration.ofMillis(80);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** So many short waits make up the time that a new owner may take. */
  private static final int SHORT_WAITS = 15;

  private final RandomGenerator random;
  private Duration base = FIRST;
  private int waits;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    Duration current = base;
    waits++;
    Duration longest = waits < SHORT_WAITS ? SHORT : LONGEST;
    Duration doubled = base.multipliedBy(2);
    base = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofNanos((long) (current.toNanos() * random.nextDouble(0.75, 1.25)));
  }

  /** An attempt got somewhere: start again with short waits. */
  void reset() {
    base = FIRST;
    waits = 0;
  }
}
