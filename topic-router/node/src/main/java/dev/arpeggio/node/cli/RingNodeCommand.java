package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.NodeInfo;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what one node tells of itself. */
@Command(
    name = "node",
    description = {
      "Show what one node tells of itself: the first that --connect names and that answers.",
      "It keeps warm what it would take over: segments of partitions that other nodes serve."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio ring node --connect 10.0.0.2:7411", ""})
final class RingNodeCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  RingNodeCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      Map<String, Object> facts = facts(arpeggio.admin().describeNode());
      if (root.json()) {
        console.print(Json.write(facts));
      } else {
        Table table = new Table("WHAT", "VALUE");
        facts.forEach((what, value) -> table.row(what.replace('_', ' '), value));
        table.lines().forEach(console::print);
      }
    }
  }

  private static Map<String, Object> facts(NodeInfo node) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("address", node.position().address());
    facts.put("id", node.position().id());
    facts.put("version", node.version());
    facts.put("zookeeper", node.zookeeper());
    facts.put("zookeeper_connected", node.zookeeperConnected());
    facts.put("draining", node.draining());
    facts.put("partitions_served", node.partitionsServed());
    facts.put("partitions_warm", node.partitionsWarm());
    facts.put("warm_bytes", node.warmBytes());
    return facts;
  }
}
