package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What every command that stays has in common: it logs, and it ends with the process. */
final class DaemonOptions {
  /** Longer than a node takes to drain, shorter than what process supervisors wait. */
  static final Duration GRACE = Duration.ofSeconds(25);

  @Option(
      names = "--exit-with-parent",
      hidden = true,
      description = "End at once when standard input ends, as it does when its writer dies.")
  private boolean exitWithParent;

  /** Called once, before anything is started. */
  void begin(Console console) {
    Logging.ofDaemon(console.err());
    if (exitWithParent) {
      Thread watch = new Thread(() -> haltAtEndOf(console), "parent-watch");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void haltAtEndOf(Console console) {
    try {
      while (console.in().read() >= 0) {
        // What it says does not matter.
      }
    } catch (IOException e) {
      console.say("arpeggio: lost the parent process: " + e.getMessage());
    }
    Runtime.getRuntime().halt(1);
  }
}
