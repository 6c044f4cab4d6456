package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.node.cli.io.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a topic with all that is in it. */
@Command(
    name = "delete",
    description = "Delete a topic, its messages and its subscriptions.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio topic delete orders", ""})
final class TopicDeleteCommand implements Runnable {
  private final Console console;

  @Mixin private final Connection connection = new Connection();

  @Parameters(paramLabel = "NAME", description = "The topic.")
  private String name = "";

  TopicDeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      arpeggio.admin().deleteTopic(name);
      console.say("deleted topic " + name);
    }
  }
}
