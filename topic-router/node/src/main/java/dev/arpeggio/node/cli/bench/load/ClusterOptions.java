package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.node.cli.connect.ConnectionSecurity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cluster that a benchmark measures. */
public final class ClusterOptions {
  @Option(
      names = {"-c", "--connect"},
      paramLabel = "HOST:PORT[,...]",
      description =
          "A cluster that runs already; its ZooKeeper is left alone, so there is no baseline then"
              + " (default: a node of its own, which is gone afterwards; a context is not used).")
  private Optional<String> connect = Optional.empty();

  @Mixin private final ConnectionSecurity security = new ConnectionSecurity();

  @Option(
      names = "--servers",
      paramLabel = "N",
      description =
          "ZooKeeper servers of the node of its own: 1, in the node's process (default), or 3 or 5"
              + " of their own.")
  private Optional<Integer> servers = Optional.empty();

  @Option(
      names = "--node-jvm",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description = "More options for the JVM of the node of its own, such as -Xmx512m.")
  private String nodeJvm = "";

  /** Refuses what cannot be. */
  public void check(Checks checks) {
    int count = servers();
    checks.require(count == 1 || count == 3 || count == 5, "--servers: 1, 3 or 5, not " + count);
    checks.require(
        connect.isEmpty() || (servers.isEmpty() && nodeJvm.isEmpty()),
        "--servers and --node-jvm are for a node of its own, and --connect is given");
  }

  Optional<String> connect() {
    return connect;
  }

  int servers() {
    return servers.orElse(1);
  }

  List<String> nodeJvm() {
    return nodeJvm.isBlank() ? List.of() : List.of(nodeJvm.strip().split("\\s+"));
  }

  ClientOptions secured(ClientOptions options) {
    return security.addTo(options);
  }

  void describe(Map<String, Object> settings) {
    settings.put("cluster", connect.orElse("own node, ZooKeeper servers: " + servers()));
    if (!nodeJvm.isBlank()) {
      settings.put("node_jvm", nodeJvm.strip());
    }
  }
}
