package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.ring.RingView;
import dev.arpeggio.node.cli.ring.RingWait;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the ring as a walk along its successors finds it. */
@Command(
    name = "show",
    description = {
      "Show the nodes in the order of the ring, and whether every pointer is right.",
      "Ends with 0 if the ring could be shown, right or not."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio ring show", "  arpeggio ring show --await 3 -o json", ""})
final class RingShowCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Option(
      names = "--await",
      paramLabel = "NODES",
      description = "Wait first, until the ring has that many nodes and every pointer is right.")
  private Optional<Integer> await = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "60s",
      description = "How long to wait, such as 10s or 2m (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(60);

  RingShowCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (await.isPresent() && await.get() < 1) {
      throw Failure.usage("--await is " + await.get(), "wait for at least 1 node");
    }
    try (Arpeggio arpeggio = connection.open()) {
      RingInfo ring =
          await.isPresent()
              ? RingWait.untilIdeal(arpeggio.admin(), await.get(), timeout)
              : arpeggio.admin().describeRing();
      if (root.json()) {
        console.print(Json.write(RingView.json(ring)));
      } else {
        RingView.lines(ring).forEach(console::print);
      }
    }
  }
}
