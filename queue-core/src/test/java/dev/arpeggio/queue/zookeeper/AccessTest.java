package dev.arpeggio.queue.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.Members;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.RealNode;
import dev.arpeggio.queue.Recorded;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.TestSink;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With credentials, what a node creates is the node's, at every znode, for everybody else. */
class AccessTest {
  private static final String CHROOT = "/arpeggio/test";
  private static final PartitionId PARTITION = new PartitionId(new TopicName("orders"), 0);
  private static final String SECRET = "open:sesame";

  @TempDir private Path directory;
  private final List<AutoCloseable> resources = new ArrayList<>();

  @AfterEach
  void stopEverything() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    resources.add(resource);
    return resource;
  }

  private RealNode node(String name, String connectString, ZooKeeperAccess access)
      throws Exception {
    return keep(new RealNode(name, connectString, access, PartitionOptions.defaults()));
  }

  private static Done openStore(RealNode node) {
    return node.<Done>on(done -> Store.open(node.port, done)).value();
  }

  private static boolean canReach(RealNode node) {
    return answer(node) == Code.OK;
  }

  private static Code answer(RealNode node) {
    var answer = new CompletableFuture<Code>();
    node.loop.execute(() -> node.port.get("/format", reply -> answer.complete(reply.code())));
    return answer.join();
  }

  /** Makes use of everything that is ever stored. */
  private static void use(RealNode node, String topic) throws Exception {
    openStore(node);
    var members = new Members(node.port, node.loop);
    var identity = new NodeIdentity("member-" + topic, "a:7000");
    node.<Done>on(done -> members.register(identity, done)).value();
    var name = new TopicName(topic);
    var catalog = new TopicCatalog(node.port);
    node.<TopicConfig>on(done -> catalog.create(name, TopicConfig.defaults(), done)).value();
    var partition = node.open(new PartitionId(name, 0));
    TestSink sink = partition.consume("default", 1, 1);
    for (int i = 0; i < 3; i++) {
      partition.append("m" + i).value();
    }
    RealNode.await(() -> sink.texts().size() == 1, "delivery");
    partition.acknowledge("default", 0, 1).value();
    RealNode.await(() -> partition.stats().firstOffset() == 1, "the first segment is deleted");
  }

  private static void assertClosedToStrangers(RawClient owner, RawClient stranger)
      throws Exception {
    var trespasses = new TreeMap<String, List<String>>();
    List<String> tree = owner.tree();
    for (String part :
        List.of("/format", "/members/", "/log/", "/subscriptions/", "/producers", "/incarnation")) {
      assertTrue(tree.stream().anyMatch(path -> path.contains(part)), part + " in " + tree);
    }
    for (String path : tree) {
      List<String> done = stranger.trespass(path);
      if (path.equals("/arpeggio")) {
        // To delete it is a right in its parent, which is not ours; that it is not empty helps.
        done.removeIf(what -> what.startsWith("delete") && what.contains("NotEmpty"));
      }
      if (!done.isEmpty()) {
        trespasses.put(path, done);
      }
    }
    assertEquals(Map.of(), trespasses);
    assertEquals(tree, owner.tree());
  }

  @Test
  void aStrangerIsRefusedAtEveryZnodeAlsoAfterAReconnectAndANewSession() throws Exception {
    var server = keep(EmbeddedZooKeeper.start(directory, "127.0.0.1", 0));
    var access = ZooKeeperAccess.digest("node", SECRET);
    var node = node("a", server.connectString() + CHROOT, access);
    use(node, "orders");
    Sessions.expire(node.session, server.connectString() + CHROOT, RealNode.SESSION_TIMEOUT);
    RealNode.await(() -> canReach(node), "a new session");
    use(node, "after-a-new-session");
    int port = server.port();
    server.close();
    keep(EmbeddedZooKeeper.start(directory, "127.0.0.1", port));
    RealNode.await(() -> canReach(node), "a reconnect");
    use(node, "after-a-reconnect");

    var owner = keep(new RawClient(server.connectString())).as("node:" + SECRET);
    assertClosedToStrangers(owner, keep(new RawClient(server.connectString())));
    assertClosedToStrangers(
        owner, keep(new RawClient(server.connectString())).as("node:not the password"));
  }

  @Test
  void withoutCredentialsEverythingIsOpenAsBefore() throws Exception {
    var server = keep(EmbeddedZooKeeper.start(directory, "127.0.0.1", 0));
    use(node("a", server.connectString() + CHROOT, ZooKeeperAccess.open()), "orders");
    var anybody = keep(new RawClient(server.connectString()));
    for (String path : anybody.tree()) {
      anybody.get(path);
      assertEquals("world", anybody.acl(path).get(0).getId().getScheme(), path);
    }
  }

  @Test
  void wrongCredentialsGetOneTypedErrorThatNamesThePath() throws Exception {
    var server = keep(EmbeddedZooKeeper.start(directory, "127.0.0.1", 0));
    // Without a chroot: where there is one, it is the first that refuses.
    use(node("a", server.connectString(), ZooKeeperAccess.digest("node", SECRET)), "orders");
    for (ZooKeeperAccess wrong :
        List.of(ZooKeeperAccess.digest("node", "other"), ZooKeeperAccess.open())) {
      var stranger = node("b", server.connectString(), wrong);
      assertForbidden("/format", stranger.<Done>on(done -> Store.open(stranger.port, done)));
      assertForbidden(
          "/topics/orders/0", stranger.opening(PARTITION, TopicConfig.defaults()).opened);
      var catalog = new TopicCatalog(stranger.port);
      assertForbidden(
          "/topics/orders", stranger.<TopicConfig>on(done -> catalog.get(PARTITION.topic(), done)));
      var members = new Members(stranger.port, stranger.loop);
      assertForbidden("/members", stranger.<List<NodeIdentity>>on(members::list));
    }
  }

  private static void assertForbidden(String path, Recorded<?> refused) {
    assertEquals(Reason.STORE_FORBIDDEN, refused.reason());
    assertEquals(path, refused.failure().details().get("path"));
  }

  @Test
  void aChrootThatBelongsToSomebodyElseIsRefusedAndOneBelowItIsNot() throws Exception {
    var server = keep(EmbeddedZooKeeper.start(directory, "127.0.0.1", 0));
    openStore(node("a", server.connectString() + CHROOT, ZooKeeperAccess.digest("node", SECRET)));
    var other = ZooKeeperAccess.digest("other", SECRET);
    assertForbidden(server, CHROOT, other);
    assertForbidden(server, CHROOT + "/below", other);
    keep(new RawClient(server.connectString()))
        .as("node:" + SECRET)
        .create(CHROOT + "/below", new byte[0]);

    openStore(node("b", server.connectString() + CHROOT + "/below", other));
  }

  private static void assertForbidden(
      EmbeddedZooKeeper server, String chroot, ZooKeeperAccess access) {
    var refused =
        assertThrows(
            QueueException.class,
            () ->
                ZooKeeperSession.connect(
                    server.connectString() + chroot,
                    access,
                    RealNode.SESSION_TIMEOUT,
                    RealNode.SESSION_TIMEOUT));
    assertEquals(Reason.STORE_FORBIDDEN, refused.reason());
    assertEquals(chroot, refused.details().get("path"));
  }

  @Test
  void credentialsAreReadFromOneLineAndNeverShown() throws Exception {
    for (ZooKeeperAccess access :
        List.of(
            ZooKeeperAccess.digest("node", SECRET),
            ZooKeeperAccess.parse("digest:node:" + SECRET))) {
      assertFalse(access.toString().contains("sesame"), access.toString());
      assertTrue(access.toString().contains("node"), access.toString());
    }
    assertEquals("sasl", ZooKeeperAccess.parse("sasl").toString());
    for (String bad :
        List.of("", "digest", "digest:node", "digest::x", "digest:node:", "k:u:sesame")) {
      var refused = assertThrows(QueueException.class, () -> ZooKeeperAccess.parse(bad), bad);
      assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
      assertFalse(String.valueOf(refused.getMessage()).contains("sesame"), refused.getMessage());
    }
  }

  // ---- SASL: no code of ours, and so a test that it needs none.

  // ZooKeeper takes DIGEST-MD5 for what it is, and both sides have to insist.
  private static final String NO_FIPS = "zookeeper.fips-mode";

  private static void clientIs(String password) {
    var section =
        new AppConfigurationEntry(
            "org.apache.zookeeper.server.auth.DigestLoginModule",
            LoginModuleControlFlag.REQUIRED,
            Map.of("username", "node", "password", password));
    Configuration.setConfiguration(
        new Configuration() {
          @Override
          public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            return name.equals("Client")
                ? new AppConfigurationEntry[] {section}
                : new AppConfigurationEntry[0];
          }
        });
  }

  private void serverKnows(String password) throws IOException {
    Files.writeString(
        directory.resolve("server.jaas"),
        """
        Server {
          org.apache.zookeeper.server.auth.DigestLoginModule required
          user_node="%s";
        };
        """
            .formatted(password));
  }

  /** A server that knows the node by SASL, and this JVM as that node. */
  private Ensemble startWithSasl() throws Exception {
    serverKnows(SECRET);
    Configuration before = Configuration.getConfiguration();
    System.setProperty(NO_FIPS, "false");
    keep(
        () -> {
          System.clearProperty(NO_FIPS);
          Configuration.setConfiguration(before);
        });
    clientIs(SECRET);
    return keep(
        Ensemble.start(
            directory,
            1,
            List.of(
                "-D" + NO_FIPS + "=false",
                "-Djava.security.auth.login.config=" + directory.resolve("server.jaas"),
                "-Dzookeeper.authProvider.1="
                    + "org.apache.zookeeper.server.auth.SASLAuthenticationProvider")));
  }

  @Test
  void withSaslAStrangerIsRefusedAtEveryZnode() throws Exception {
    Configuration nobody = Configuration.getConfiguration();
    var server = startWithSasl();
    use(node("a", server.connectString() + CHROOT, ZooKeeperAccess.sasl()), "orders");
    var owner = keep(new RawClient(server.connectString()));
    owner.tree().forEach(path -> assertBelongsToSaslUser(owner, path));
    Configuration.setConfiguration(nobody);
    assertClosedToStrangers(owner, keep(new RawClient(server.connectString())));
    clientIs("not the password");
    var refused =
        assertThrows(
            QueueException.class,
            () -> node("b", server.connectString() + CHROOT, ZooKeeperAccess.sasl()));
    assertEquals(Reason.STORE_FORBIDDEN, refused.reason());
  }

  @Test
  void aNodeThatIsRefusedLaterComesBackWhenItIsNotAnyMore() throws Exception {
    var server = startWithSasl();
    var node = node("a", server.connectString() + CHROOT, ZooKeeperAccess.sasl());
    openStore(node);

    serverKnows("another password");
    server.stopAll();
    server.startAll();
    // What a handle answers that was refused.
    RealNode.await(() -> answer(node) == Code.OTHER, "the refusal");

    serverKnows(SECRET);
    server.stopAll();
    server.startAll();
    RealNode.await(() -> canReach(node), "a new session");
    use(node, "orders");
  }

  private static void assertBelongsToSaslUser(RawClient owner, String path) {
    try {
      assertEquals(
          List.of("sasl node"),
          owner.acl(path).stream()
              .map(acl -> acl.getId().getScheme() + " " + acl.getId().getId())
              .toList(),
          path);
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }
}
