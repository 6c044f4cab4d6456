package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.NodeStartException.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node starts, or says in one line why not and leaves nothing behind. */
class NodeStartTest {

  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path directory;

  @Test
  void aNodeWithItsOwnZooKeeperServesAndASecondJoinsBySeedAlone() throws Exception {
    NodeOptions first =
        NodeOptions.defaults().withEmbeddedZooKeeper(directory, 0).withPreset("local");
    try (ArpeggioNode holder = ArpeggioNode.start(first);
        ArpeggioNode joined =
            ArpeggioNode.start(
                NodeOptions.defaults().withSeeds(List.of(holder.address())).withPreset("local"));
        Arpeggio client = Arpeggio.connect(joined.address())) {
      assertEquals(holder.zookeeper(), joined.zookeeper());
      TestCluster.await(
          "a ring of two", () -> client.admin().describeRing().positions().size() == 2);
      assertTrue(client.admin().describeNode().zookeeperConnected());
    }
  }

  @Test
  void aNodeWaitsForASeedThatIsStartedAfterIt() throws Exception {
    String address = "127.0.0.1:" + unusedPort();
    NodeOptions second =
        NodeOptions.defaults()
            .withSeeds(List.of(address))
            .withPreset("local")
            .withStartTimeout(Duration.ofSeconds(60));
    FutureTask<ArpeggioNode> joining = new FutureTask<>(() -> ArpeggioNode.start(second));
    Thread thread = new Thread(joining);
    thread.start();
    // Long enough for a first, futile question; were it not, the test would only be easier.
    thread.join(Duration.ofSeconds(1).toMillis());
    assertFalse(joining.isDone(), "gave up at the first refusal");
    try (ArpeggioNode seed =
            ArpeggioNode.start(
                NodeOptions.defaults()
                    .withListen(address)
                    .withEmbeddedZooKeeper(directory, 0)
                    .withPreset("local"));
        ArpeggioNode joined = joining.get(60, TimeUnit.SECONDS)) {
      assertEquals(seed.zookeeper(), joined.zookeeper());
    }
  }

  @Test
  void anEmbeddedZooKeeperKeepsItsPort() throws Exception {
    NodeOptions options =
        NodeOptions.defaults().withEmbeddedZooKeeper(directory, 0).withPreset("local");
    String before;
    try (ArpeggioNode node = ArpeggioNode.start(options)) {
      before = node.zookeeper();
    }
    try (ArpeggioNode node = ArpeggioNode.start(options)) {
      assertEquals(before, node.zookeeper());
    }
  }

  @Test
  void addressesThatMakeNoSenseAreRefused() {
    NodeOptions options =
        NodeOptions.defaults().withZooKeeper("127.0.0.1:1").withStartTimeout(SHORT);
    assertRefused(Kind.INVALID, options.withListen("nonsense"));
    assertRefused(Kind.INVALID, options.withListen("127.0.0.1:99999"));
    assertRefused(Kind.INVALID, options.withListen("0.0.0.0:0"));
    assertRefused(Kind.INVALID, options.withAdvertise("127.0.0.1:0"));
    assertRefused(Kind.INVALID, options.withSeeds(List.of("nowhere")));
    assertRefused(Kind.INVALID, NodeOptions.defaults());
    assertRefused(
        Kind.INVALID,
        NodeOptions.defaults().withZooKeeper("127.0.0.1:1").withEmbeddedZooKeeper(directory, 0));
  }

  @Test
  void anUnreachableZooKeeperIsNamed() throws Exception {
    String nobody = "127.0.0.1:" + unusedPort();
    NodeStartException refused =
        assertRefused(
            Kind.ZOOKEEPER_UNREACHABLE,
            NodeOptions.defaults().withZooKeeper(nobody).withStartTimeout(SHORT));
    assertTrue(String.valueOf(refused.getMessage()).contains(nobody), refused.getMessage());
  }

  @Test
  void anUnreachableSeedIsNamed() throws Exception {
    String nobody = "127.0.0.1:" + unusedPort();
    NodeStartException refused =
        assertRefused(
            Kind.SEED_UNREACHABLE,
            NodeOptions.defaults().withSeeds(List.of(nobody)).withStartTimeout(SHORT));
    assertTrue(String.valueOf(refused.getMessage()).contains(nobody), refused.getMessage());
    assertRefused(
        Kind.SEED_UNREACHABLE,
        NodeOptions.defaults()
            .withEmbeddedZooKeeper(directory, 0)
            .withSeeds(List.of(nobody))
            .withStartTimeout(SHORT));
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          Kind.PORT_IN_USE,
          NodeOptions.defaults()
              .withEmbeddedZooKeeper(directory, 0)
              .withListen("127.0.0.1:" + taken.getLocalPort()));
      assertRefused(
          Kind.PORT_IN_USE,
          NodeOptions.defaults().withEmbeddedZooKeeper(directory, taken.getLocalPort()));
    }
  }

  @Test
  void aDirectoryThatCannotHoldDataIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    assertRefused(Kind.STORE_REFUSED, NodeOptions.defaults().withEmbeddedZooKeeper(file, 0));
  }

  @Test
  void nodesWithTheSameCredentialsShareAStoreThatIsClosedToOthers() throws Exception {
    Path credentials = secret("digest:arpeggio:open sesame\n");
    NodeOptions options =
        NodeOptions.defaults().withZooKeeperAuthFile(credentials).withPreset("local");
    try (ArpeggioNode node =
            ArpeggioNode.start(options.withEmbeddedZooKeeper(directory.resolve("data"), 0));
        ArpeggioNode second = ArpeggioNode.start(options.withSeeds(List.of(node.address())));
        Arpeggio client = Arpeggio.connect(second.address())) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      for (NodeOptions stranger :
          List.of(
              NodeOptions.defaults(),
              NodeOptions.defaults().withZooKeeperAuthFile(secret("digest:arpeggio:guess")))) {
        NodeStartException refused =
            assertRefused(Kind.STORE_REFUSED, stranger.withZooKeeper(node.zookeeper()));
        String line = String.valueOf(refused.getMessage());
        assertTrue(line.contains("--zookeeper-auth-file"), line);
        assertFalse(line.contains("guess"), line);
      }
    }
  }

  @Test
  void credentialsThatOthersMayReadOrThatMakeNoSenseAreRefusedWithoutBeingShown() throws Exception {
    NodeOptions options =
        NodeOptions.defaults().withEmbeddedZooKeeper(directory.resolve("data"), 0);
    Path open = secret("digest:arpeggio:sesame");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    for (Path bad :
        List.of(open, secret("sesame"), secret("digest:sesame"), directory.resolve("none"))) {
      NodeStartException refused = assertRefused(Kind.INVALID, options.withZooKeeperAuthFile(bad));
      String line = String.valueOf(refused.getMessage());
      assertTrue(line.contains(bad.toString()), line);
      assertFalse(line.contains("sesame"), line);
      assertNull(refused.getCause());
    }
  }

  private Path secret(String content) throws Exception {
    Path file =
        Files.createTempFile(
            directory,
            "credentials",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }

  @Test
  void aNodeOfAnotherRingStaysOutside() throws Exception {
    try (ArpeggioNode node =
        ArpeggioNode.start(
            NodeOptions.defaults().withEmbeddedZooKeeper(directory, 0).withPreset("local"))) {
      assertRefused(
          Kind.SEED_UNREACHABLE,
          NodeOptions.defaults()
              .withSeeds(List.of(node.address()))
              .withRing("another")
              .withPreset("local")
              .withStartTimeout(SHORT));
      try (Arpeggio client = Arpeggio.connect(node.address())) {
        assertEquals(1, client.admin().describeRing().positions().size());
      }
    }
  }

  private static NodeStartException assertRefused(Kind kind, NodeOptions options) {
    NodeStartException refused =
        assertThrows(NodeStartException.class, () -> ArpeggioNode.start(options).close());
    assertEquals(kind, refused.kind(), refused.getMessage());
    assertFalse(String.valueOf(refused.getMessage()).contains("\n"), refused.getMessage());
    return refused;
  }

  private static int unusedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
