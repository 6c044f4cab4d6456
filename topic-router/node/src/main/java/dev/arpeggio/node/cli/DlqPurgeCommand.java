package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Figures;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Does away with dead letters. */
@Command(
    name = "purge",
    description = {
      "Do away with dead letters for good.",
      "A topic for dead letters may hold those of several topics: all of them go."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio dlq purge orders", "  arpeggio dlq purge orders --yes", ""})
final class DlqPurgeCommand implements Runnable {
  private final Console console;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Parameters(paramLabel = "TOPIC", description = "The topic whose dead letters to do away with.")
  private String topic = "";

  DlqPurgeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      DeadLetters letters = DeadLetters.of(arpeggio, topic);
      List<Integer> chosen = partitions.of(letters.topic());
      String what =
          Figures.count(letters.count(chosen), "dead letter") + " in " + letters.topic().topic();
      confirmation.ask(console, "do away with " + what);
      for (int number : chosen) {
        PartitionAdmin partition = arpeggio.admin().partition(letters.topic().topic(), number);
        DeadLetters.subscribe(partition);
        partition.purge(DeadLetters.SUBSCRIPTION);
      }
      console.say("purged " + what);
    }
  }
}
