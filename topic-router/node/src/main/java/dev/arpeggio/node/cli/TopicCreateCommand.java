package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a topic. */
@Command(
    name = "create",
    description = "Create a topic.",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic create orders",
      "  arpeggio topic create clicks --partitions 16 --max-message-bytes 4096",
      ""
    })
final class TopicCreateCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'; 249 at most.")
  private String name = "";

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "1 to 1,024 (default: 1, all messages in one order).")
  private int partitions;

  @Option(
      names = "--max-message-bytes",
      paramLabel = "N",
      defaultValue = "0",
      description = "The largest message (default, and most: 262,144).")
  private int maxMessageBytes;

  @Option(
      names = "--max-partition-bytes",
      paramLabel = "N",
      defaultValue = "0",
      description = "What one partition may retain (default: the node's).")
  private long maxPartitionBytes;

  TopicCreateCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    TopicOptions options;
    try {
      options = new TopicOptions(partitions, maxMessageBytes, maxPartitionBytes);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(e.getMessage(), "see arpeggio topic create --help");
    }
    try (Arpeggio arpeggio = connection.open()) {
      TopicInfo topic = arpeggio.admin().createTopic(name, options);
      if (root.json()) {
        console.print(Json.write(TopicViews.json(topic)));
      } else {
        console.say("created topic " + topic.topic());
      }
    }
  }
}
