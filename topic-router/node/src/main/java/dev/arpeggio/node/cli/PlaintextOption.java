package dev.arpeggio.node.cli;

import picocli.CommandLine.Option;

/** The words by which a daemon may listen without TLS where others reach it. */
final class PlaintextOption {
  /** Where plain text is spoken, in capitals. */
  private enum Where {
    LOOPBACK,
    ANYWHERE
  }

  @Option(
      names = "--plaintext",
      paramLabel = "loopback|anywhere",
      defaultValue = "loopback",
      description =
          "Where to speak without TLS: to this machine alone, or to everybody who reaches --listen"
              + " (default: ${DEFAULT-VALUE}).")
  private Where where = Where.LOOPBACK;

  boolean anywhere() {
    return where == Where.ANYWHERE;
  }
}
