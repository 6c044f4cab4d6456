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
    footer = {"  arpeggio topic delete orders", "  arpeggio topic delete orders --yes", ""})
final class TopicDeleteCommand implements Runnable {
  private final Console console;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Parameters(paramLabel = "NAME", description = "The topic.")
  private String name = "";

  TopicDeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      // A name that is wrong is not worth a question.
      arpeggio.admin().describeTopic(name);
      confirmation.ask(console, "delete topic " + name + " with all that is in it");
      arpeggio.admin().deleteTopic(name);
      console.say("deleted topic " + name);
    }
  }
}
