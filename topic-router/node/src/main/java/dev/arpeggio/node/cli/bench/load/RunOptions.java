package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.node.cli.connect.ConnectionSecurity;
import dev.arpeggio.node.cli.io.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that all benchmarks of this kind take: against what, how often, and into which file.
 */
public final class RunOptions {
  @Option(
      names = {"-c", "--connect"},
      paramLabel = "HOST:PORT[,...]",
      description =
          "A cluster that runs already; its ZooKeeper is left alone, so there is no baseline then"
              + " (default: a node of its own, which is gone afterwards).")
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

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds; medians are printed (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "2",
      description = "Rounds before them that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--histograms",
      paramLabel = "FILE",
      description = "Write the latencies of each round there, as a log of HdrHistogram.")
  private Optional<String> histograms = Optional.empty();

  /**
   * Refuses what cannot be.
   *
   * @throws Failure if there is such
   */
  void check(String command) {
    Checks checks = new Checks(command);
    checks.within("--runs", runs, 1, 100);
    checks.within("--warm-ups", warmUps, 0, 100);
    int count = servers.orElse(1);
    checks.require(
        count == 1 || count == 3 || count == 5, "--servers: 1, 3 or 5, not " + servers.orElse(1));
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

  int runs() {
    return runs;
  }

  int warmUps() {
    return warmUps;
  }

  Optional<String> histograms() {
    return histograms;
  }

  ClientOptions secured(ClientOptions options) {
    return security.addTo(options);
  }

  void describe(Map<String, Object> settings) {
    settings.put("cluster", connect.orElse("own node, ZooKeeper servers: " + servers()));
    settings.put("runs", runs);
    settings.put("warm_ups", warmUps);
  }
}
