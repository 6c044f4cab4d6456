package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Figures;
import java.util.Optional;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Acknowledges everything. */
@Command(
    name = "purge",
    description = {
      "Acknowledge every message, whoever has it: nobody will get what is stored now.",
      "What is retained can be read again with seek."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic purge orders",
      "  arpeggio topic purge orders --subscription audit --yes",
      ""
    })
final class TopicPurgeCommand implements Runnable {
  private final Console console;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Parameters(paramLabel = "NAME", description = "The topic.")
  private String name = "";

  @Option(
      names = {"-s", "--subscription"},
      paramLabel = "NAME",
      description = "Only for this subscription (default: for all).")
  private Optional<String> subscription = Optional.empty();

  TopicPurgeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      TopicDescription described = arpeggio.admin().describeTopic(name);
      SortedMap<Integer, PartitionAdmin> chosen = partitions.in(arpeggio, described);
      String whose =
          subscription.map(one -> "of subscription " + one).orElse("of all subscriptions");
      confirmation.ask(
          console,
          "acknowledge everything "
              + whose
              + " in "
              + Figures.count(chosen.size(), "partition")
              + " of topic "
              + name);
      chosen
          .values()
          .forEach(partition -> subscription.ifPresentOrElse(partition::purge, partition::purge));
      console.say("purged " + Figures.count(chosen.size(), "partition") + " of topic " + name);
    }
  }
}
