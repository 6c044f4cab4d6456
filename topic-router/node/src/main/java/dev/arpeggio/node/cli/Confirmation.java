package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Locale;
import picocli.CommandLine.Option;

/**
 * What stands between a user and the loss of messages: a question at a terminal, an option else.
 */
final class Confirmation {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask; needed where there is no terminal to ask at.")
  private boolean yes;

  /**
   * Returns if the user wants it.
   *
   * @param what is about to happen, such as "delete topic orders"
   * @throws Failure if not, or if there is nobody to ask
   */
  void ask(Console console, String what) {
    if (yes) {
      return;
    }
    if (!console.interactive()) {
      throw Failure.usage("this would " + what, "add --yes if that is what you want");
    }
    console.say(what + "? Type yes to go on:");
    String answer;
    try {
      answer = new BufferedReader(new InputStreamReader(console.in(), UTF_8)).readLine();
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED, "cannot read the answer: " + e.getMessage(), "nothing was done", e);
    }
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).equals("yes")) {
      throw new Failure(ExitCode.FAILED, "not confirmed", "nothing was done");
    }
  }
}
