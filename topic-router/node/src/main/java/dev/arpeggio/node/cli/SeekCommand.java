package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Figures;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a subscription to another place. */
@Command(
    name = "seek",
    description = {
      "Move a subscription: everything before the place counts as acknowledged, nothing from there on.",
      "Its consumers go on from there. What it skips, nobody acknowledges any more; what it goes back to,",
      "as far as it is retained, is delivered again."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio seek orders --subscription audit --to earliest",
      "  arpeggio seek orders --to latest --yes",
      "  arpeggio seek orders --to 2026-11-21T10:00:00Z",
      "  arpeggio seek orders --partition 2 --to 1200",
      ""
    })
final class SeekCommand implements Runnable {
  private final Console console;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Option(
      names = {"-s", "--subscription"},
      paramLabel = "NAME",
      defaultValue = "default",
      description = "The subscription (default: ${DEFAULT-VALUE}).")
  private String subscription = "default";

  @Option(
      names = "--to",
      paramLabel = "PLACE",
      required = true,
      converter = Positions.class,
      description = "earliest, latest, an offset, a time such as 2026-11-21T10:00:00Z, or 90m-ago.")
  private Position to = Position.latest();

  SeekCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      TopicDescription described = arpeggio.admin().describeTopic(topic);
      partitions.checkFor(to, described);
      SortedMap<Integer, PartitionAdmin> chosen = partitions.in(arpeggio, described);
      confirmation.ask(
          console,
          "move subscription "
              + subscription
              + " of topic "
              + topic
              + " in "
              + Figures.count(chosen.size(), "partition"));
      chosen.values().forEach(partition -> partition.seek(subscription, to));
      console.say(
          "moved subscription "
              + subscription
              + " in "
              + Figures.count(chosen.size(), "partition"));
    }
  }
}
