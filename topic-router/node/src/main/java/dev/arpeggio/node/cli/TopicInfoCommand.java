package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one topic: its partitions, who owns them, and how far its subscriptions are. */
@Command(
    name = "info",
    description = "Show a topic's partitions, their owners, and its subscriptions.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio topic info orders", "  arpeggio topic info orders -o json", ""})
final class TopicInfoCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(paramLabel = "NAME", description = "The topic.")
  private String name = "";

  TopicInfoCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      TopicDescription topic = arpeggio.admin().describeTopic(name);
      if (root.json()) {
        console.print(Json.write(TopicViews.json(topic)));
      } else {
        TopicViews.lines(topic).forEach(console::print);
      }
    }
  }
}
