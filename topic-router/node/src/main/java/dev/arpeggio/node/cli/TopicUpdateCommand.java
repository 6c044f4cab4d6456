package dev.arpeggio.node.cli;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.UpdatedTopic;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes a topic's configuration while it is in use. */
@Command(
    name = "update",
    description = {
      "Change what the options name, and nothing else, while the topic is in use.",
      "Clients notice no more than that their streams begin anew; nothing is lost."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic update orders --delivery-limit 5 --backoff 10s",
      "  arpeggio topic update orders --retention 7d --max-bytes 10GiB",
      "  arpeggio topic update orders --keep-last 1 --if-version 4f-2",
      "  arpeggio topic update orders --partitions 8",
      ""
    })
final class TopicUpdateCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final TopicSettingOptions settings = new TopicSettingOptions();

  @Parameters(paramLabel = "NAME", description = "The topic.")
  private String name = "";

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Only if the topic still is of the version that 'topic info' showed.")
  private Optional<String> version = Optional.empty();

  TopicUpdateCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    TopicOptions changes = settings.addTo(TopicOptions.defaults());
    if (changes.isEmpty()) {
      throw Failure.usage("nothing to change", "name a setting, see arpeggio topic update --help");
    }
    try (Arpeggio arpeggio = connection.open()) {
      Admin admin = arpeggio.admin();
      UpdatedTopic topic =
          version.isPresent()
              ? admin.updateTopic(name, changes, version.get())
              : admin.updateTopic(name, changes);
      if (root.json()) {
        Map<String, Object> json = TopicViews.json(topic.topic(), topic.settings());
        json.put("version", topic.version());
        json.put("pending", topic.pending());
        console.print(Json.write(json));
      } else {
        console.say("updated topic " + topic.topic() + ", now version " + topic.version());
      }
      if (!topic.pending().isEmpty()) {
        console.say(
            "stored; the owners of "
                + Figures.count(topic.pending().size(), "partition")
                + " did not answer yet and will follow within seconds");
      }
    }
  }
}
