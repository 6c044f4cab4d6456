package dev.arpeggio.simulator.paper;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One quantity, published and measured.
 *
 * @param quantity its name
 * @param published absent if nothing was published
 * @param measured by this project
 * @param decimals to print
 * @param verdict whether the gate is met
 */
record Cell(
    String quantity, OptionalDouble published, double measured, int decimals, Verdict verdict) {
  /** Whether a measured value is as it must be. */
  enum Verdict {
    MET,
    MISSED,
    /** Nothing is demanded of this value. */
    NO_GATE
  }

  /** A value of which nothing is demanded. */
  static Cell ungated(String quantity, OptionalDouble published, double measured, int decimals) {
    return new Cell(quantity, published, measured, decimals, Verdict.NO_GATE);
  }

  /** A value that meets its gate or does not. */
  static Cell gated(String quantity, double published, double measured, int decimals, boolean met) {
    return new Cell(
        quantity,
        OptionalDouble.of(published),
        measured,
        decimals,
        met ? Verdict.MET : Verdict.MISSED);
  }

  String publishedText() {
    return published.isPresent() ? text(published.getAsDouble()) : "-";
  }

  String measuredText() {
    return text(measured);
  }

  private String text(double value) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
