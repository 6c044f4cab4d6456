package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.OutputFormat;

/** table, json and csv. */
final class OutputWords extends Words<OutputFormat> {
  OutputWords() {
    super(OutputFormat.class);
  }
}
