package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.PartitionTrace;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.ring.TraceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows how a node finds the owner of a partition. */
@Command(
    name = "trace",
    description = {
      "Show where a partition lies on the ring, how a node finds its owner, question by question,"
          + " and whether ZooKeeper names the same owner.",
      "Ends with 0 if it could be shown, whether they agree or not."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio ring trace orders/0",
      "  arpeggio ring trace orders               all its partitions",
      "  arpeggio ring trace orders/0 -c HOST:PORT -o json   as that node sees it",
      ""
    })
final class RingTraceCommand implements Runnable {
  // Describing the topic would say how many there are, and open every one of them.
  private static final int MAX_PARTITION = 1_023;

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(
      index = "0",
      paramLabel = "TOPIC[/PARTITION]",
      description = "Which partition (default: all of the topic).")
  private String subject = "";

  RingTraceCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    int slash = subject.indexOf('/');
    String topic = slash < 0 ? subject : subject.substring(0, slash);
    Optional<Integer> only =
        slash < 0 ? Optional.empty() : Optional.of(partition(subject.substring(slash + 1)));
    List<Map<String, Object>> json = new ArrayList<>();
    try (Arpeggio arpeggio = connection.open()) {
      for (int partition = only.orElse(0); partition <= only.orElse(MAX_PARTITION); partition++) {
        PartitionTrace trace;
        try {
          trace = arpeggio.admin().tracePartition(topic, partition);
        } catch (ArpeggioException e) {
          if (only.isEmpty() && partition > 0 && e.reason() == Reason.PARTITION_NOT_FOUND) {
            break;
          }
          throw e;
        }
        if (root.json()) {
          json.add(TraceView.json(topic, partition, trace));
        } else {
          TraceView.lines(topic, partition, trace).forEach(console::print);
        }
      }
    }
    if (root.json()) {
      console.print(Json.write(json));
    }
  }

  private static int partition(String text) {
    try {
      int partition = Integer.parseInt(text);
      if (partition >= 0) {
        return partition;
      }
    } catch (NumberFormatException e) {
      // Said below, with what is negative.
    }
    throw Failure.usage(
        "'" + text + "' is no number of a partition", "write TOPIC/PARTITION, such as orders/0");
  }
}
