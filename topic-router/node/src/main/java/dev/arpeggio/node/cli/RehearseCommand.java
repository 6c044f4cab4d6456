package dev.arpeggio.node.cli;

import dev.arpeggio.node.NodeStartException;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.local.Rehearsal;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Uses what a node uses, and ends: the classes it loads are the archive that later starts use. */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Run a node in a corner of its own for a moment, and end.")
final class RehearseCommand implements Runnable {
  private final Console console;

  RehearseCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Logging.ofClient(console.err(), false);
    try {
      int delivered = Rehearsal.run();
      console.say("rehearsed with " + delivered + " messages");
    } catch (NodeStartException e) {
      throw NodeErrors.explain(e);
    } catch (IOException | InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "the rehearsal failed: " + e, "see --verbose", e);
    }
  }
}
