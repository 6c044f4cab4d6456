package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the ring as a walk along its successors finds it. */
@Command(
    name = "show",
    description = {
      "Show the nodes in the order of the ring, and whether every pointer is right.",
      "Ends with 0 if the ring could be shown, right or not."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio ring show", "  arpeggio ring show -o json --connect 127.0.0.1:7411", ""})
final class RingShowCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  RingShowCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      RingInfo ring = arpeggio.admin().describeRing();
      if (root.json()) {
        console.print(Json.write(RingView.json(ring)));
      } else {
        RingView.lines(ring).forEach(console::print);
      }
    }
  }
}
