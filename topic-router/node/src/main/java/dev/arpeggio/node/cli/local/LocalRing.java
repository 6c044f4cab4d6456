package dev.arpeggio.node.cli.local;

import dev.arpeggio.client.Admin;
import dev.arpeggio.ensemble.FreePorts;
import dev.arpeggio.node.cli.ring.RingWait;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Nodes around a ZooKeeper, each a process of its own on a free port of the loopback interface,
 * which it keeps when it is started again. Thread-safe.
 */
public final class LocalRing implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<String, Daemon> nodes = new LinkedHashMap<>();

  /**
   * A ring that is not started yet.
   *
   * @param directory for the nodes' logs
   * @param count of nodes
   * @param zookeeper connect string
   */
  public LocalRing(Path directory, int count, String zookeeper) throws IOException {
    this(directory, count, zookeeper, new FreePorts());
  }

  /** The same, on ports that others choose from too. */
  public LocalRing(Path directory, int count, String zookeeper, FreePorts ports)
      throws IOException {
    for (int i = 0; i < count; i++) {
      String address = "127.0.0.1:" + ports.next();
      nodes.put(
          address,
          new Daemon(
              "node " + address,
              List.of("node", "--listen", address, "--zookeeper", zookeeper),
              directory.resolve("node-" + address.replace(':', '-') + ".log")));
    }
  }

  /** Addresses for a client. */
  public String addresses() {
    return String.join(",", nodes.keySet());
  }

  /** The nodes, in the order in which they are started. */
  public List<Daemon> nodes() {
    return List.copyOf(nodes.values());
  }

  /** The node at an address, if there is one. */
  public Optional<Daemon> at(String address) {
    return Optional.ofNullable(nodes.get(address));
  }

  /** Starts all nodes, and returns once each serves. */
  public void start() throws IOException, InterruptedException {
    List<String> seeds = new ArrayList<>();
    for (Map.Entry<String, Daemon> node : nodes.entrySet()) {
      node.getValue().start(options(seeds));
      seeds.add(node.getKey());
    }
  }

  /** Starts a node again that has ended. */
  public void restart(Daemon node) throws IOException, InterruptedException {
    node.start(options(nodes.keySet()));
  }

  private static List<String> options(Collection<String> seeds) {
    return seeds.stream().flatMap(seed -> Stream.of("--seed", seed)).toList();
  }

  /** Waits until every node is a member of one ring in which every pointer is right. */
  public void awaitIdeal(Admin admin) {
    RingWait.untilIdeal(admin, nodes.size(), PATIENCE);
  }

  /** Kills all nodes. */
  @Override
  public void close() {
    nodes.values().forEach(Daemon::retire);
  }
}
