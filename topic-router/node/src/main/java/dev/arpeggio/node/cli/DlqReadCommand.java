package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PeekedMessage;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Table;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows dead letters, and leaves them where they are. */
@Command(
    name = "read",
    description = {
      "Show dead letters with where they came from and why, and leave them where they are.",
      "The table shows the beginning of each body; -o json shows all of it."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio dlq read orders", "  arpeggio dlq read orders --count 100 -o json", ""})
final class DlqReadCommand implements Runnable {
  private static final int SHOWN_CHARACTERS = 60;

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Parameters(paramLabel = "TOPIC", description = "The topic whose dead letters to show.")
  private String topic = "";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "10",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private long count = 10;

  DlqReadCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (count < 1) {
      throw Failure.usage("--count is " + count, "ask for at least 1 dead letter");
    }
    try (Arpeggio arpeggio = connection.open()) {
      DeadLetters letters = DeadLetters.of(arpeggio, topic);
      Iterator<PeekedMessage> looked =
          letters.look(arpeggio, partitions.of(letters.topic()), count);
      if (root.json()) {
        MessageFormat.print(looked, MessageFormat::writeJson, console);
      } else {
        printTable(looked);
      }
    }
  }

  private void printTable(Iterator<PeekedMessage> letters) {
    if (!letters.hasNext()) {
      console.say("no dead letters");
      return;
    }
    Table table =
        new Table(
            "PARTITION", "OFFSET", "FROM", "SUBSCRIPTION", "DELIVERIES", "REASON", "TIME", "BODY");
    letters.forEachRemaining(
        peeked -> {
          ReceivedMessage letter = peeked.message();
          table.row(
              letter.partition(),
              letter.offset(),
              DeadLetters.said(letter, "topic")
                  + "/"
                  + DeadLetters.said(letter, "partition")
                  + ":"
                  + DeadLetters.said(letter, "offset"),
              DeadLetters.said(letter, "subscription"),
              DeadLetters.said(letter, "deliveries"),
              DeadLetters.said(letter, "reason"),
              letter.publishTime(),
              shown(letter.text()));
        });
    table.lines().forEach(console::print);
  }

  private static String shown(String body) {
    String line = DeadLetters.printable(body);
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
