package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.ensemble.FreePorts;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.local.Daemon;
import dev.arpeggio.node.cli.local.LocalRing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One ZooKeeper and three nodes, each a process of its own. Thread-safe. */
final class Cluster implements AutoCloseable {
  static final int NODES = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  private final Daemon zookeeper;
  private final LocalRing ring;

  /** A cluster that keeps its data and logs in a directory; not started yet. */
  Cluster(Path directory) throws IOException {
    FreePorts ports = new FreePorts();
    String connect = "127.0.0.1:" + ports.next();
    zookeeper =
        new Daemon(
            "ZooKeeper",
            List.of("zookeeper", "--listen", connect, "--data", directory.resolve("zk").toString()),
            directory.resolve("zookeeper.log"));
    ring = new LocalRing(directory, NODES, connect, ports);
  }

  /** Addresses for a client. */
  String addresses() {
    return ring.addresses();
  }

  /** Starts all processes, and returns once each serves. */
  void start() throws IOException, InterruptedException {
    zookeeper.start(List.of());
    ring.start();
  }

  /** Starts a node again that was killed. */
  void restart(Daemon node) throws IOException, InterruptedException {
    ring.restart(node);
  }

  /** Waits until every node is a member of one ring in which every pointer is right. */
  void awaitIdealRing(Admin admin) {
    ring.awaitIdeal(admin);
  }

  /** The node that serves a topic's only partition, once one does. */
  Daemon ownerOf(String topic, Admin admin) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      try {
        PartitionInfo partition = admin.describeTopic(topic).partitions().get(0);
        Optional<Daemon> node = partition.owner().flatMap(ring::at);
        if (node.isPresent()) {
          return node.get();
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
    ring.close();
    zookeeper.retire();
  }
}
