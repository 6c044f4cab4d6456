package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.Sessions;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same partition against real ZooKeeper servers: the client, sessions, restarts, and the
 * drivers themselves.
 */
class RealServerTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
  private static final ProducerId PRODUCER = new ProducerId(5, 6);
  private static final String HOST = "127.0.0.1";
  private static final String CHROOT = "/arpeggio/test";

  @TempDir private Path directory;
  private EmbeddedZooKeeper server;
  private final List<AutoCloseable> resources = new ArrayList<>();

  @BeforeEach
  void startServer() throws Exception {
    server = EmbeddedZooKeeper.start(directory, HOST, 0);
    var admin = node("admin");
    admin.<Done>on(done -> Store.open(admin.port, done)).value();
    var catalog = new TopicCatalog(admin.port);
    admin.<TopicConfig>on(done -> catalog.create(TOPIC, TopicConfig.defaults(), done)).value();
  }

  @AfterEach
  void stopEverything() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
    server.close();
  }

  private RealNode node(String name) throws Exception {
    RealNode node = connect(name, server);
    resources.add(node);
    return node;
  }

  RealNode connect(String name, EmbeddedZooKeeper to) throws Exception {
    return new RealNode(name, to.connectString() + CHROOT, PartitionOptions.defaults());
  }

  private void restartServer() throws Exception {
    int port = server.port();
    server.close();
    server = EmbeddedZooKeeper.start(directory, HOST, port);
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void messagesAreStoredDeliveredAcknowledgedAndDeleted() throws Exception {
    var partition = node("a").open(PARTITION);
    var appends = numbered(1_000).stream().map(partition::append).toList();
    for (int i = 0; i < 1_000; i++) {
      assertEquals(i, appends.get(i).value().lastOffset().orElseThrow());
    }
    TestSink sink = partition.consume("default", 1, 10_000);
    RealNode.await(() -> sink.texts().size() == 1_000, "all are delivered");
    assertEquals(numbered(1_000), sink.texts());

    partition.acknowledge("default", 0, 1_000).value();

    RealNode.await(() -> partition.stats().firstOffset() == 1_000, "all segments are deleted");
    assertEquals(0, partition.stats().retainedBytes());
  }

  @Test
  void aTopicWithTheLongestNameGetsAsManyPartitionsAsThereCanBe() throws Exception {
    var admin = node("grower");
    var catalog = new TopicCatalog(admin.port);
    var topic = new TopicName("n".repeat(249));
    admin.<TopicConfig>on(done -> catalog.create(topic, TopicConfig.defaults(), done)).value();
    for (int partitions : List.of(513, TopicConfig.MAX_PARTITIONS)) {
      TopicConfig grown = TopicConfig.builder().partitions(partitions).build();
      assertEquals(
          grown,
          admin
              .<StoredTopic>on(done -> catalog.update(topic, Optional.empty(), now -> grown, done))
              .value()
              .config());
      var last = node("owner" + partitions).open(new PartitionId(topic, partitions - 1));
      last.append("one").value();
    }
  }

  @Test
  void aSuccessorServesExactlyWhatWasConfirmedAndFencesTheOldOwner() throws Exception {
    var old = node("a").open(PARTITION);
    var batch = Messages.batch(PRODUCER, 0, List.of("one", "two", "three"));
    old.append(batch).value();
    TestSink first = old.consume("default", 1, 10);
    RealNode.await(() -> first.texts().size() == 3, "delivery");
    old.acknowledge("default", 1, 1).value();

    var successor = node("b").open(PARTITION);

    assertEquals(Reason.NOT_OWNER, old.append("ghost").reason());
    assertEquals(Reason.NOT_OWNER, old.lost.get(60, TimeUnit.SECONDS).reason());
    assertEquals(2, successor.append(batch).value().lastOffset().orElseThrow());
    TestSink second = successor.consume("default", 1, 10);
    RealNode.await(() -> second.texts().size() == 2, "redelivery");
    assertEquals(List.of("one", "three"), second.texts());
    assertTrue(successor.stats().epoch().value() > 1);
  }

  @Test
  void aServerThatRestartsUnderLoadLosesAndDoublesNothing() throws Exception {
    var node = node("a");
    var partition = node.open(PARTITION);
    TestSink sink = partition.consume("default", 1, 1_000_000);
    var appends = new ArrayList<Recorded<Appended>>();
    for (int i = 0; i < 3_000; i++) {
      appends.add(partition.append(Messages.batch(PRODUCER, i, List.of("m" + i))));
      if (i == 1_000) {
        restartServer();
      }
    }

    for (var append : appends) {
      append.value();
    }

    RealNode.await(() -> sink.texts().size() >= 3_000, "all are delivered");
    assertEquals(numbered(3_000), sink.texts());
    assertFalse(partition.lost.isDone());
    TestSink after = node("b").open(PARTITION).consume("check", 1, 1_000_000);
    RealNode.await(() -> after.texts().size() >= 3_000, "all are there for the successor");
    assertEquals(numbered(3_000), after.texts());
  }

  @Test
  void aPartitionSurvivesTheEndOfItsSession() throws Exception {
    var node = node("a");
    var members = new Members(node.port, node.loop);
    node.<Done>on(done -> members.register(new NodeIdentity("a", "a:7000"), done)).value();
    var partition = node.open(PARTITION);
    TestSink sink = partition.consume("default", 1, 1_000);
    partition.append("before").value();

    Sessions.expire(node.session, server.connectString(), RealNode.SESSION_TIMEOUT);
    partition.append("after").value();

    RealNode.await(() -> sink.texts().size() == 2, "delivery in the new session");
    assertEquals(List.of("before", "after"), sink.texts());
    RealNode.await(
        () ->
            node.<List<NodeIdentity>>on(members::list)
                .value()
                .equals(List.of(new NodeIdentity("a", "a:7000"))),
        "the member is entered again");
  }

  @Test
  void aMemberReplacesWhatAnEarlierProcessLeftBehind() throws Exception {
    var before = node("before");
    var stale = new Members(before.port, before.loop);
    before.<Done>on(done -> stale.register(new NodeIdentity("a", "old:1"), done)).value();
    var now = node("now");
    var members = new Members(now.port, now.loop);

    now.<Done>on(done -> members.register(new NodeIdentity("a", "new:2"), done)).value();

    assertEquals(
        List.of(new NodeIdentity("a", "new:2")), now.<List<NodeIdentity>>on(members::list).value());
    now.loop.execute(members::close);
    RealNode.await(
        () -> now.<List<NodeIdentity>>on(members::list).value().isEmpty(), "the member is gone");
  }

  @Test
  void deletingATopicFencesItsOwnerAndLeavesNothing() throws Exception {
    var node = node("a");
    var partition = node.open(PARTITION);
    partition.append("one").value();
    partition.consume("default", 1, 1);
    var catalog = new TopicCatalog(node.port);

    node.<Done>on(done -> catalog.delete(TOPIC, done)).value();

    assertEquals(Reason.TOPIC_NOT_FOUND, partition.append("two").reason());
    assertEquals(
        Reason.TOPIC_NOT_FOUND, node.<TopicConfig>on(done -> catalog.get(TOPIC, done)).reason());
    assertEquals(
        Reason.TOPIC_NOT_FOUND, node.<Done>on(done -> catalog.delete(TOPIC, done)).reason());
    node.<TopicConfig>on(done -> catalog.create(TOPIC, TopicConfig.defaults(), done)).value();
    assertEquals(0, node.open(PARTITION).append("new").value().lastOffset().orElseThrow());
  }

  @Test
  void aFullCommitOfTheLargestMessagesIsAccepted() throws Exception {
    var partition = node("a").open(PARTITION);
    String largest = "x".repeat(TopicConfig.MAX_MESSAGE_BYTES - 4);
    var single = partition.append(largest);
    // The largest batch: frames of 1,024 bytes each, headers of frame and body included.
    var texts = IntStream.range(0, 480).mapToObj(i -> "y".repeat(1_018)).toList();
    var batch = Messages.batch(PRODUCER, 0, texts);
    assertEquals(Batch.MAX_BYTES, batch.messages().remaining());
    var many = partition.append(batch);

    assertEquals(0, single.value().lastOffset().orElseThrow());
    assertEquals(480, many.value().lastOffset().orElseThrow());
  }

  @Test
  void aPortInUseAndAnUnusableDirectoryAreNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThrows(
          BindException.class,
          () -> EmbeddedZooKeeper.start(directory.resolve("other"), HOST, taken.getLocalPort()));
    }
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    assertThrows(IOException.class, () -> EmbeddedZooKeeper.start(file, HOST, 0));
    assertThrows(IOException.class, () -> EmbeddedZooKeeper.start(directory, HOST, 0));
  }

  @Test
  void connectingToNobodyFailsInTime() throws Exception {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    var failure =
        assertThrows(
            QueueException.class,
            () ->
                ZooKeeperSession.connect(
                    HOST + ":" + free + "/x", Duration.ofSeconds(4), Duration.ofMillis(500)));
    assertEquals(Reason.STORE_UNAVAILABLE, failure.reason());
    assertEquals(
        Reason.INVALID_ARGUMENT,
        assertThrows(
                QueueException.class,
                () ->
                    ZooKeeperSession.connect(
                        HOST + ":x", Duration.ofSeconds(4), Duration.ofMillis(500)))
            .reason());
  }
}
