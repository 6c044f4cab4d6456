package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints messages without touching them. */
@Command(
    name = "peek",
    description = {
      "Print messages, one a line, and leave them where they are.",
      "With a subscription, those that it has not acknowledged; otherwise, all that are retained."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio peek orders",
      "  arpeggio peek orders --subscription audit --count 100 -o json",
      "  arpeggio peek orders --partition 2 --from 1200 --with-metadata",
      "  arpeggio peek orders --from 90m-ago",
      ""
    })
final class PeekCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Option(
      names = {"-s", "--subscription"},
      paramLabel = "NAME",
      description = "Print what this subscription has not acknowledged.")
  private Optional<String> subscription = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      defaultValue = "earliest",
      converter = Positions.class,
      description =
          "Where to begin: earliest, latest, an offset, a time such as 2026-11-21T10:00:00Z, or"
              + " 90m-ago (default: ${DEFAULT-VALUE}).")
  private Position from = Position.earliest();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "10",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private long count = 10;

  @Option(
      names = "--with-metadata",
      description = "Begin each line with partition, offset, time and key, each followed by a tab.")
  private boolean withMetadata;

  PeekCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (count < 1) {
      throw Failure.usage("--count is " + count, "ask for at least 1 message");
    }
    if (subscription.filter(String::isEmpty).isPresent()) {
      throw Failure.usage("--subscription is empty", "give it a name, or leave the option out");
    }
    try (Arpeggio arpeggio = connection.open()) {
      TopicDescription described = arpeggio.admin().describeTopic(topic);
      partitions.checkFor(from, described);
      List<PeekedMessages.Look> looks =
          partitions.in(arpeggio, described).values().stream()
              .map(partition -> PeekedMessages.Look.at(partition, subscription))
              .toList();
      MessageFormat.print(new PeekedMessages(looks, from, count), format(), console);
    }
  }

  private MessageFormat.PeekedFormat format() {
    if (root.json()) {
      return MessageFormat::writeJson;
    }
    MessageFormat format = withMetadata ? MessageFormat.WITH_METADATA : MessageFormat.BODY;
    return (peeked, out) -> format.write(peeked.message(), out);
  }
}
