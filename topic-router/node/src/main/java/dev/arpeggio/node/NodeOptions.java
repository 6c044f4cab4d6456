package dev.arpeggio.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one node.
 *
 * @param listen host:port that the node listens on; port 0 takes any free port
 * @param advertise host:port that others reach it by; absent: the address that it listens on
 * @param seeds host:port of nodes to join through; empty: the node starts a ring of its own
 * @param zookeeper ZooKeeper's connect string, with an optional chroot; absent: the embedded
 *     server's, or what a seed says
 * @param embeddedZooKeeper directory for the data of a ZooKeeper server inside this node
 * @param embeddedZooKeeperPort its port; 0 takes any free port
 * @param ring name of the ring; nodes of other names are refused
 * @param preset timing of the ring: local, lan or wan
 * @param startTimeout how long ZooKeeper and the seeds may take until the start fails
 */
public record NodeOptions(
    String listen,
    Optional<String> advertise,
    List<String> seeds,
    Optional<String> zookeeper,
    Optional<Path> embeddedZooKeeper,
    int embeddedZooKeeperPort,
    String ring,
    String preset,
    Duration startTimeout) {

  public NodeOptions {
    seeds = List.copyOf(seeds);
  }

  /** A node on any free port of the loopback interface; it still needs a ZooKeeper or a seed. */
  public static NodeOptions defaults() {
    return new NodeOptions(
        "127.0.0.1:0",
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        "arpeggio",
        "lan",
        Duration.ofSeconds(20));
  }

  public NodeOptions withListen(String address) {
    return new NodeOptions(
        address,
        advertise,
        seeds,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        preset,
        startTimeout);
  }

  public NodeOptions withAdvertise(String address) {
    return new NodeOptions(
        listen,
        Optional.of(address),
        seeds,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        preset,
        startTimeout);
  }

  public NodeOptions withSeeds(List<String> addresses) {
    return new NodeOptions(
        listen,
        advertise,
        addresses,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        preset,
        startTimeout);
  }

  public NodeOptions withZooKeeper(String connectString) {
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        Optional.of(connectString),
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        preset,
        startTimeout);
  }

  public NodeOptions withEmbeddedZooKeeper(Path directory, int port) {
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        zookeeper,
        Optional.of(directory),
        port,
        ring,
        preset,
        startTimeout);
  }

  public NodeOptions withRing(String name) {
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        name,
        preset,
        startTimeout);
  }

  public NodeOptions withPreset(String name) {
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        name,
        startTimeout);
  }

  public NodeOptions withStartTimeout(Duration timeout) {
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        zookeeper,
        embeddedZooKeeper,
        embeddedZooKeeperPort,
        ring,
        preset,
        timeout);
  }
}
