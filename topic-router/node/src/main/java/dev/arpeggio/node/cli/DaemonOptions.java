package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Termination;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

  /**
   * Waits until the process is told to end.
   *
   * @param failure completes with a sentence if something has ended without which there is no use
   *     in staying
   * @throws Failure in that case
   */
  static void await(Termination termination, CompletableFuture<String> failure) {
    var unused = failure.thenRun(termination::wake);
    termination.await();
    if (failure.isDone() && !termination.isRequested()) {
      throw new Failure(
          ExitCode.UNAVAILABLE,
          failure.join(),
          "the log says why; put it right (is the disk full?) and start again",
          null);
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
