package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log asks of ZooKeeper beyond single appends, against a real server. */
class RealLogTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final int PARTITIONS = 5;

  @TempDir private Path directory;
  private EmbeddedZooKeeper server;
  private final List<AutoCloseable> resources = new ArrayList<>();

  @BeforeEach
  void startServer() throws Exception {
    server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    var admin = node("admin");
    admin.<Done>on(done -> Store.open(admin.port, done)).value();
    var catalog = new TopicCatalog(admin.port);
    var config = TopicConfig.builder().partitions(PARTITIONS).compressed(true).build();
    admin.<TopicConfig>on(done -> catalog.create(TOPIC, config, done)).value();
  }

  @AfterEach
  void stopEverything() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
    server.close();
  }

  /** Deletes and compacts without much delay. */
  private RealNode node(String name) throws Exception {
    var defaults = PartitionOptions.defaults();
    var options =
        new PartitionOptions(
            defaults.maxPendingBytes(),
            defaults.memoryBytes(),
            defaults.maxCommitsInFlight(),
            defaults.commitTargetBytes(),
            defaults.writeDeadline(),
            Duration.ofMillis(10),
            defaults.ownershipCheckInterval(),
            defaults.releaseTimeout(),
            defaults.subscriptionExpiry());
    var node = new RealNode(name, server.connectString() + "/arpeggio/test", options);
    resources.add(node);
    return node;
  }

  @Test
  void ofASharedMultiTheFencedPartitionFailsAndTheOthersAreStored() throws Exception {
    var node = node("a");
    var partitions = new ArrayList<RealNode.RealPartition>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(node.open(new PartitionId(TOPIC, i)));
    }
    node("b").open(new PartitionId(TOPIC, 2));

    var appends = new ArrayList<Recorded<Appended>>();
    for (int i = 0; i < PARTITIONS; i++) {
      appends.add(new Recorded<>());
    }
    // In one go, so that all but the first gather behind it.
    node.loop.execute(
        () -> {
          for (int i = 0; i < PARTITIONS; i++) {
            partitions.get(i).partition.append(Messages.batch("m" + i), appends.get(i));
          }
        });

    for (int i = 0; i < PARTITIONS; i++) {
      if (i == 2) {
        assertEquals(Reason.NOT_OWNER, appends.get(i).reason());
      } else {
        assertEquals(0, appends.get(i).value().lastOffset().orElseThrow());
      }
    }
  }

  @Test
  void sparseSegmentsAreMergedAndReadByASuccessor() throws Exception {
    var partition = node("a").open(new PartitionId(TOPIC, 0));
    partition.consume("default", 1, 1);
    var producer = new ProducerId(4, 2);
    for (int i = 0; i < 60; i++) {
      partition.append(Messages.batch(producer, i, List.of("m" + i))).value();
    }
    var rest = IntStream.range(0, 60).filter(i -> i % 20 == 0).mapToObj(i -> "m" + i).toList();
    for (int i = 0; i < 60; i++) {
      if (i % 20 != 0) {
        partition.acknowledge("default", i, 1).value();
      }
    }
    // A few acknowledged ones may stay: to write the rest anew would not pay.
    RealNode.await(() -> partition.stats().retainedMessages() <= rest.size() + 8, "compaction");
    assertEquals(0, partition.stats().firstOffset());

    var successor = node("b").open(new PartitionId(TOPIC, 0));
    var repeat = successor.append(Messages.batch(producer, 59, List.of("m59"))).value();
    assertEquals(59, repeat.lastOffset().orElseThrow());
    TestSink sink = successor.consume("default", 2, 100);
    RealNode.await(() -> sink.texts().size() >= rest.size(), "delivery");
    assertEquals(rest, sink.texts());
    for (int i = 0; i < 60; i += 20) {
      successor.acknowledge("default", i, 1).value();
    }
    RealNode.await(() -> successor.stats().firstOffset() == 60, "deletion");
    assertTrue(successor.stats().dropped() == 0);
  }
}
