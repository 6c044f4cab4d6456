package dev.arpeggio.node.cli.bench.load;

import java.util.Map;
import picocli.CommandLine.Option;

/** How many clients the producers and consumers of a benchmark share. */
final class ConnectionsOption {
  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Clients, each with its own connection and thread, that producers and consumers share, 1"
              + " to 1000 (default: ${DEFAULT-VALUE}).")
  private int connections;

  void check(Checks checks) {
    checks.within("--connections", connections, 1, 1_000);
  }

  int number() {
    return connections;
  }

  void describe(Map<String, Object> settings) {
    settings.put("connections", connections);
  }
}
