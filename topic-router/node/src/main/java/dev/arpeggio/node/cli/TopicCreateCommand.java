package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Creates a topic. */
@Command(
    name = "create",
    description = "Create a topic. What is not given has the default in brackets.",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic create orders",
      "  arpeggio topic create clicks --partitions 16 --max-bytes 10GiB --when-full drop-oldest",
      "  arpeggio topic create jobs --delivery-limit 5 --backoff 10s --lease 5m",
      "  arpeggio topic create prices --keep-last 1 --retention 7d",
      ""
    })
final class TopicCreateCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final TopicSettingOptions settings = new TopicSettingOptions();

  @Parameters(paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'; 249 at most.")
  private String name = "";

  TopicCreateCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    TopicOptions options = settings.addTo(TopicOptions.defaults());
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
