package dev.arpeggio.simulator.hunt;

/**
 * A rule that was broken.
 *
 * @param rule its short name, for example {@code D5}
 * @param detail what was seen
 */
record Violation(String rule, String detail) {
  @Override
  public String toString() {
    return rule + ": " + detail;
  }
}
