package dev.arpeggio.node.cli.demo;

import java.time.Duration;

/**
 * When what happens, in lines. Publishing is spread over a fixed time, and does not run ahead of
 * the kills: each hits a publisher at work, and lines follow that show when publishing works again.
 *
 * @param lines at least 1
 */
record Plan(int lines) {
  /** How long publishing takes if nothing holds it up. */
  static final Duration PACE = Duration.ofSeconds(12);

  private static final int MAX_KILLS = 2;
  private static final int HEAD_START_PARTS = 12;

  /** How many kills there is something to publish before and after. */
  int kills() {
    return Math.min(MAX_KILLS, lines - 1);
  }

  /**
   * The lines that are confirmed before a kill.
   *
   * @param kill counted from 0
   */
  int killAfter(int kill) {
    return (int) ((long) lines * (kill + 1) / (kills() + 1));
  }

  /**
   * The last line that may be sent before everything is ready for a kill; for the one after the
   * last: all.
   */
  int holdAt(int kill) {
    if (kill == kills()) {
      return lines;
    }
    int next = kill + 1 == kills() ? lines : killAfter(kill + 1);
    return (killAfter(kill) + next) / 2;
  }

  /**
   * The lines that go beyond {@link #holdAt} when everything is ready, so that the kill hits a
   * publisher at work.
   */
  int headStart() {
    return lines / HEAD_START_PARTS;
  }

  /** When a line is due, from the start of publishing. */
  long dueNanos(int line) {
    return (long) ((double) PACE.toNanos() * (line - 1) / lines);
  }
}
