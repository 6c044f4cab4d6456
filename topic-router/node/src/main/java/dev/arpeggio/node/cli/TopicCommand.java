package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds the commands about topics. */
@Command(
    name = "topic",
    description = "Create, list, inspect and delete topics.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic create orders --partitions 4",
      "  arpeggio topic info orders",
      "  arpeggio topic list -o json",
      ""
    })
final class TopicCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
