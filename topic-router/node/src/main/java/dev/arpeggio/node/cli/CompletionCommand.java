package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes commands and options. */
@Command(
    name = "completion",
    description = "Print what makes a shell complete commands and options.",
    footerHeading = "Examples:%n",
    footer = {
      "  source <(arpeggio completion bash)",
      "  source <(arpeggio completion zsh)",
      "  arpeggio completion fish | source",
      "  arpeggio completion bash > ~/.local/share/bash-completion/completions/arpeggio",
      ""
    })
final class CompletionCommand implements Runnable {
  private enum Shell {
    BASH,
    ZSH,
    FISH
  }

  /** The names, as users write them. */
  private static final class ShellWords extends Words<Shell> {
    ShellWords() {
      super(Shell.class);
    }
  }

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = ShellWords.class,
      description = "bash, zsh or fish.")
  private Shell shell = Shell.BASH;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    CommandSpec root = spec.root();
    console.print(
        switch (shell) {
          // One script for both: in zsh it turns on the completion of bash first.
          case BASH, ZSH -> AutoComplete.bash(root.name(), root.commandLine()).stripTrailing();
          case FISH -> String.join("\n", FishCompletion.of(root));
        });
  }
}
