package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists all topics. */
@Command(
    name = "list",
    description = "List all topics.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio topic list", "  arpeggio topic list -o json", ""})
final class TopicListCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  TopicListCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      List<TopicInfo> topics = arpeggio.admin().listTopics();
      if (root.json()) {
        topics.forEach(topic -> console.print(Json.write(TopicViews.json(topic))));
      } else if (topics.isEmpty()) {
        console.say("no topics yet; create one with: arpeggio topic create NAME");
      } else {
        Table table = new Table("TOPIC", "PARTITIONS", "MAX MESSAGE BYTES", "MAX PARTITION BYTES");
        for (TopicInfo topic : topics) {
          table.row(
              topic.topic(),
              topic.settings().partitions(),
              topic.settings().maxMessageBytes(),
              topic.settings().limits().bytes());
        }
        table.lines().forEach(console::print);
      }
    }
  }
}
