package dev.arpeggio.node;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Nodes in this process around one real ZooKeeper: {@code cluster.start(3).untilIdeal()}. */
final class TestCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EmbeddedZooKeeper zooKeeper;
  private final List<ArpeggioNode> nodes = new ArrayList<>();

  TestCluster(Path directory) throws Exception {
    zooKeeper = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
  }

  String zooKeeper() {
    return zooKeeper.connectString();
  }

  TestCluster start(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      add();
    }
    return this;
  }

  ArpeggioNode add() throws Exception {
    ArpeggioNode node = ArpeggioNode.start(options().withSeeds(addresses()));
    nodes.add(node);
    return node;
  }

  NodeOptions options() {
    return NodeOptions.defaults().withZooKeeper(zooKeeper()).withPreset("local");
  }

  /** Stops a node without a word to the others. */
  void crash(ArpeggioNode node) {
    nodes.remove(node);
    node.close();
  }

  void drain(ArpeggioNode node) throws InterruptedException {
    nodes.remove(node);
    node.drain();
    node.close();
  }

  /** Starts a node at the address of one that is gone. */
  ArpeggioNode restart(String address) throws Exception {
    ArpeggioNode node = ArpeggioNode.start(options().withListen(address).withSeeds(addresses()));
    nodes.add(node);
    return node;
  }

  List<ArpeggioNode> nodes() {
    return List.copyOf(nodes);
  }

  List<String> addresses() {
    return nodes.stream().map(ArpeggioNode::address).toList();
  }

  Arpeggio connect() {
    return Arpeggio.connect(String.join(",", addresses()));
  }

  TestCluster untilIdeal() {
    try (Arpeggio client = connect()) {
      await(
          "an ideal ring of " + nodes.size(),
          () -> {
            RingInfo ring = client.admin().describeRing();
            return ring.ideal() && ring.positions().size() == nodes.size();
          });
    }
    return this;
  }

  /** The node that serves the partition now. */
  ArpeggioNode owner(String topic, int partition) {
    try (Arpeggio client = connect()) {
      PartitionInfo info = client.admin().describeTopic(topic).partitions().get(partition);
      String address = info.owner().orElseThrow(() -> new AssertionError(info.toString()));
      return nodes.stream()
          .filter(node -> node.address().equals(address))
          .findFirst()
          .orElseThrow(() -> new AssertionError(address + " is no node of this test"));
    }
  }

  ArpeggioNode notOwner(String topic, int partition) {
    ArpeggioNode owner = owner(topic, partition);
    return nodes.stream().filter(node -> node != owner).findFirst().orElseThrow();
  }

  /** Looks again and again until it is so. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(ArpeggioNode::close);
    zooKeeper.close();
  }
}
