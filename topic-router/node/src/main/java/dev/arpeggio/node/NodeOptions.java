package dev.arpeggio.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
 * @param zookeeperAuthFile holds as whom to come to ZooKeeper; absent: without credentials
 * @param ring name of the ring; nodes of other names are refused
 * @param preset timing of the ring: local, lan or wan
 * @param security how it is protected, and who may do what
 * @param createsTopics whether a topic is created, with the defaults, when somebody first publishes
 *     to it or consumes it
 * @param startTimeout how long ZooKeeper and the seeds may take until the start fails
 */
public record NodeOptions(
    String listen,
    Optional<String> advertise,
    List<String> seeds,
    Optional<String> zookeeper,
    Optional<Path> embeddedZooKeeper,
    int embeddedZooKeeperPort,
    Optional<Path> zookeeperAuthFile,
    String ring,
    String preset,
    NodeSecurity security,
    boolean createsTopics,
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
        Optional.empty(),
        "arpeggio",
        "lan",
        NodeSecurity.none(),
        false,
        Duration.ofSeconds(20));
  }

  public NodeOptions withListen(String address) {
    return with(draft -> draft.listen = address);
  }

  public NodeOptions withAdvertise(String address) {
    return with(draft -> draft.advertise = Optional.of(address));
  }

  public NodeOptions withSeeds(List<String> addresses) {
    return with(draft -> draft.seeds = addresses);
  }

  public NodeOptions withZooKeeper(String connectString) {
    return with(draft -> draft.zookeeper = Optional.of(connectString));
  }

  public NodeOptions withEmbeddedZooKeeper(Path directory, int port) {
    return with(
        draft -> {
          draft.embeddedZooKeeper = Optional.of(directory);
          draft.embeddedZooKeeperPort = port;
        });
  }

  public NodeOptions withZooKeeperAuthFile(Path file) {
    return with(draft -> draft.zookeeperAuthFile = Optional.of(file));
  }

  public NodeOptions withRing(String name) {
    return with(draft -> draft.ring = name);
  }

  public NodeOptions withPreset(String name) {
    return with(draft -> draft.preset = name);
  }

  public NodeOptions withSecurity(NodeSecurity settings) {
    return with(draft -> draft.security = settings);
  }

  public NodeOptions withCreatesTopics(boolean creates) {
    return with(draft -> draft.createsTopics = creates);
  }

  public NodeOptions withStartTimeout(Duration timeout) {
    return with(draft -> draft.startTimeout = timeout);
  }

  private NodeOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /** A copy on its way from one value to the next. */
  private static final class Draft {
    private String listen;
    private Optional<String> advertise;
    private List<String> seeds;
    private Optional<String> zookeeper;
    private Optional<Path> embeddedZooKeeper;
    private int embeddedZooKeeperPort;
    private Optional<Path> zookeeperAuthFile;
    private String ring;
    private String preset;
    private NodeSecurity security;
    private boolean createsTopics;
    private Duration startTimeout;

    Draft(NodeOptions of) {
      listen = of.listen;
      advertise = of.advertise;
      seeds = of.seeds;
      zookeeper = of.zookeeper;
      embeddedZooKeeper = of.embeddedZooKeeper;
      embeddedZooKeeperPort = of.embeddedZooKeeperPort;
      zookeeperAuthFile = of.zookeeperAuthFile;
      ring = of.ring;
      preset = of.preset;
      security = of.security;
      createsTopics = of.createsTopics;
      startTimeout = of.startTimeout;
    }

    NodeOptions finish() {
      return new NodeOptions(
          listen,
          advertise,
          seeds,
          zookeeper,
          embeddedZooKeeper,
          embeddedZooKeeperPort,
          zookeeperAuthFile,
          ring,
          preset,
          security,
          createsTopics,
          startTimeout);
    }
  }
}
