package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.RealNode.RealPartition;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Znodes that stand in the way of a write, or are not where they have to be, on a real server: the
 * writer ends with an error that names them, where it would try for ever otherwise.
 */
class ObstructionTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
  private static final String OWNER = "/topics/orders/0";
  private static final String BUCKET = OWNER + "/log/0000000000000000000";
  private static final byte[] NOTHING = {};

  @TempDir private Path directory;
  private EmbeddedZooKeeper server;
  private RealNode node;
  private RawClient vandal;
  private TopicCatalog catalog;

  @BeforeEach
  void createTopic() throws Exception {
    server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    vandal = new RawClient(server.connectString());
    node = new RealNode("node", server.connectString(), PartitionOptions.defaults());
    catalog = new TopicCatalog(node.port);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    vandal.close();
    server.close();
  }

  private RealPartition open() {
    node.<Done>on(done -> Store.open(node.port, done)).value();
    node.<TopicConfig>on(done -> catalog.create(TOPIC, TopicConfig.defaults(), done)).value();
    return node.open(PARTITION);
  }

  private String onlySegment() throws Exception {
    return vandal.tree().stream()
        .filter(path -> path.startsWith(BUCKET + "/"))
        .findFirst()
        .orElseThrow();
  }

  private static void assertCorrupt(String path, QueueException error) {
    assertEquals(Reason.STORE_CORRUPT, error.reason(), error.toString());
    assertEquals(path, error.details().get("path"));
  }

  private static void assertLost(String path, RealPartition partition) throws Exception {
    assertCorrupt(path, partition.lost.get(60, TimeUnit.SECONDS));
  }

  @Test
  void aSegmentThatCannotBeDeletedEndsThePartition() throws Exception {
    var partition = open();
    partition.append("one").value();
    String segment = onlySegment();
    vandal.create(segment + "/foreign", NOTHING);
    partition.consume("default", 1, 1);
    partition.acknowledge("default", 0, 1).value();

    assertLost(segment, partition);
  }

  @Test
  void aNameThatIsTakenEndsThePartitionAndWhatWasUnderWayMayBeStored() throws Exception {
    var partition = open();
    partition.append("one").value();
    // As long as the first one, and so of the same name but for the offset.
    String next = onlySegment().replace("/0000000000000000000-", "/0000000000000000001-");
    vandal.create(next, NOTHING);

    assertEquals(Reason.OUTCOME_UNKNOWN, partition.append("two").reason());
    assertLost(next, partition);
  }

  @Test
  void leftoversThatCannotBeDeletedAreNamed() throws Exception {
    var partition = open();
    partition.append("one").value();
    String leftover = onlySegment().replace("/0000000000000000000-", "/0000000000000000007-");
    vandal.create(leftover, NOTHING);
    vandal.create(leftover + "/foreign", NOTHING);

    assertCorrupt(leftover, node.opening(PARTITION, TopicConfig.defaults()).opened.failure());
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    open().append("one").value();
    for (String path : List.of(OWNER + "/producers", OWNER + "/subscriptions")) {
      vandal.delete(path);
      assertCorrupt(path, node.opening(PARTITION, TopicConfig.defaults()).opened.failure());
      if (path.endsWith("/producers")) {
        vandal.create(path, new ProducerTable().encode(0, 0, new byte[0]));
      }
    }
  }

  @Test
  void whatIsThereBeforeAPartitionWasEverOwnedIsNamed() throws Exception {
    node.<Done>on(done -> Store.open(node.port, done)).value();
    node.<TopicConfig>on(done -> catalog.create(TOPIC, TopicConfig.defaults(), done)).value();
    vandal.create(OWNER + "/log", NOTHING);

    assertCorrupt(OWNER + "/log", node.opening(PARTITION, TopicConfig.defaults()).opened.failure());
  }

  @Test
  void aStoreThatIsNotArpeggiosIsRefused() throws Exception {
    vandal.create("/topics", NOTHING);

    assertCorrupt("/topics", node.<Done>on(done -> Store.open(node.port, done)).failure());
    assertTrue(vandal.tree().equals(List.of("/topics")), "nothing was created");
  }

  @Test
  void theDeletionOfATopicWithForeignZnodesNamesThemAndCanBeRepeated() throws Exception {
    open().append("one").value();
    for (String foreign : List.of("/topics/orders/notes", "/topics/orders/2000")) {
      vandal.create(foreign, NOTHING);
      assertCorrupt(foreign, node.<Done>on(done -> catalog.delete(TOPIC, done)).failure());
      vandal.delete(foreign);
    }
    String deep = OWNER + "/log/foreign/deep";
    vandal.create(Objects.requireNonNull(Path.of(deep).getParent()).toString(), NOTHING);
    vandal.create(deep, NOTHING);
    vandal.create(deep + "/er", NOTHING);
    assertCorrupt(deep, node.<Done>on(done -> catalog.delete(TOPIC, done)).failure());
    vandal.delete(deep + "/er");

    node.<Done>on(done -> catalog.delete(TOPIC, done)).value();
    assertEquals(List.of("/format", "/members", "/topics"), vandal.tree());
  }
}
