package dev.arpeggio.node.cli.io;

/** How a command prints its data. */
public enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs: one JSON value a line. */
  JSON,
  /** For spreadsheets; what {@link PrintsCsv} alone prints. */
  CSV
}
