package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.ensemble.FreePorts;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.ring.RingWait;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One ZooKeeper and three nodes, each a process of its own on a free port of the loopback
 * interface. Thread-safe.
 */
final class Cluster implements AutoCloseable {
  static final int NODES = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  private final Daemon zookeeper;
  private final Map<String, Daemon> nodes = new LinkedHashMap<>();

  /** A cluster that keeps its data and logs in a directory; not started yet. */
  Cluster(Path directory) throws IOException {
    FreePorts ports = new FreePorts();
    String connect = "127.0.0.1:" + ports.next();
    zookeeper =
        new Daemon(
            "ZooKeeper",
            List.of("zookeeper", "--listen", connect, "--data", directory.resolve("zk").toString()),
            directory.resolve("zookeeper.log"));
    for (int i = 0; i < NODES; i++) {
      String address = "127.0.0.1:" + ports.next();
      nodes.put(
          address,
          new Daemon(
              "node " + address,
              List.of("node", "--listen", address, "--zookeeper", connect),
              directory.resolve("node-" + address.replace(':', '-') + ".log")));
    }
  }

  /** Addresses for a client. */
  String addresses() {
    return String.join(",", nodes.keySet());
  }

  /** Starts all processes, and returns once each serves. */
  void start() throws IOException, InterruptedException {
    zookeeper.start(List.of());
    List<String> seeds = new ArrayList<>();
    for (Map.Entry<String, Daemon> node : nodes.entrySet()) {
      node.getValue().start(options(seeds));
      seeds.add(node.getKey());
    }
  }

  /** Starts a node again that was killed. */
  void restart(Daemon node) throws IOException, InterruptedException {
    node.start(options(nodes.keySet()));
  }

  private static List<String> options(Collection<String> seeds) {
    return seeds.stream().flatMap(seed -> Stream.of("--seed", seed)).toList();
  }

  /** Waits until every node is a member of one ring in which every pointer is right. */
  void awaitIdealRing(Admin admin) {
    RingWait.untilIdeal(admin, NODES, PATIENCE);
  }

  /** The node that serves a topic's only partition, once one does. */
  Daemon ownerOf(String topic, Admin admin) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      try {
        PartitionInfo partition = admin.describeTopic(topic).partitions().get(0);
        Daemon node = nodes.get(partition.owner().orElse(""));
        if (node != null) {
          return node;
        }
      } catch (ArpeggioException e) {
        if (!e.isRetryable()) {
          throw e;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new Failure(
        ExitCode.FAILED,
        "no node serves the topic after " + PATIENCE.toSeconds() + " s",
        "run the demo again on a machine that has less to do");
  }

  /** Kills all processes. */
  @Override
  public void close() {
    Collection<Daemon> all = Stream.concat(nodes.values().stream(), Stream.of(zookeeper)).toList();
    for (Daemon daemon : all) {
      daemon.retire();
    }
  }
}
