package dev.arpeggio.node.cli.io;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Figures {
  private Figures() {}

  /** {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number and its noun: {@code 1 message}, {@code 2 messages}. */
  public static String count(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code 1.2 s}. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
  }

  /** How many a second, rounded; of no time at all, the number itself. */
  public static long perSecond(long number, Duration duration) {
    long nanos = duration.toNanos();
    return nanos <= 0 ? number : Math.round(number * 1e9 / nanos);
  }
}
