package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.TlsOptions;
import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.node.security.NewToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings about security that make no sense, or would leave a node open, end the start. */
class SecurityStartTest {
  private static final String HOST = "127.0.0.1";

  @TempDir Path directory;
  private TestAuthority authority;
  private Path trusted;
  private TestAuthority.Place node;

  @BeforeEach
  void makeCertificates() throws Exception {
    authority = TestAuthority.named("house");
    trusted = authority.write(directory);
    node = authority.issue("node-1", HOST).write(directory);
  }

  @Test
  void withoutTlsANodeListensOnLoopbackAloneUnlessToldOtherwise() {
    NodeOptions everywhere =
        NodeOptions.defaults()
            .withListen("0.0.0.0:0")
            .withAdvertise("example.com:7411")
            .withZooKeeper("127.0.0.1:1")
            .withStartTimeout(Duration.ofMillis(100));
    assertRefused("--plaintext anywhere", everywhere);
    // With the words, it fails later.
    NodeStartException later =
        assertThrows(
            NodeStartException.class,
            () ->
                ArpeggioNode.start(
                        everywhere.withSecurity(NodeSecurity.none().withPlaintextAnywhere(true)))
                    .close());
    assertEquals(Kind.ZOOKEEPER_UNREACHABLE, later.kind(), later.getMessage());
  }

  @Test
  void anEmbeddedZooKeeperIsNotOpenedByAccidentEither() {
    assertRefused(
        "embedded ZooKeeper",
        NodeOptions.defaults()
            .withListen("0.0.0.0:0")
            .withAdvertise("example.com:7411")
            .withEmbeddedZooKeeper(directory.resolve("zookeeper"), 0)
            .withSecurity(NodeSecurity.none().withTls(tls(ClientCertificates.OPTIONAL))));
  }

  @Test
  void filesOfTlsThatCannotBeUsedAreNamed() throws Exception {
    TestAuthority.Place other = authority.issue("other", HOST).write(directory);
    Path none = directory.resolve("none.pem");
    for (NodeTls bad :
        List.of(
            new NodeTls(node.certificate(), other.key(), trusted, ClientCertificates.NONE),
            new NodeTls(node.certificate(), node.key(), none, ClientCertificates.NONE),
            new NodeTls(node.key(), node.key(), trusted, ClientCertificates.NONE))) {
      assertRefused("--tls-", options(NodeSecurity.none().withTls(bad)));
    }
    Files.setPosixFilePermissions(node.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(
        "may be read by everybody",
        options(NodeSecurity.none().withTls(tls(ClientCertificates.NONE))));
  }

  @Test
  void badFilesOfTokensAndPermissionsAreNamedByLineAndNotRepeated() throws Exception {
    Path bad = Files.writeString(directory.resolve("bad"), "# ours\nshop sesame\n");
    NodeSecurity tls = NodeSecurity.none().withTls(tls(ClientCertificates.OPTIONAL));
    for (NodeSecurity security : List.of(tls.withTokens(bad), tls.withPermissions(bad))) {
      String message = assertRefused("line 2", options(security));
      assertFalse(message.contains("sesame"), message);
    }
    assertRefused("cannot be read", options(tls.withTokens(directory.resolve("none"))));
  }

  @Test
  void permissionsThatWouldLetNobodyInAreRefused() throws Exception {
    Path permissions = Files.writeString(directory.resolve("permissions"), "node-1 node\n");
    NodeSecurity none = NodeSecurity.none().withPermissions(permissions);
    assertRefused("lets nobody in", options(none));
    assertRefused("lets nobody in", options(none.withTls(tls(ClientCertificates.NONE))));
  }

  @Test
  void aNodeThatOtherNodesWouldNotLetInIsTold() throws Exception {
    Path permissions = Files.writeString(directory.resolve("permissions"), "node-2 node\n");
    NodeSecurity certified = NodeSecurity.none().withTls(tls(ClientCertificates.OPTIONAL));
    assertRefused("add the line: node-1 node", options(certified.withPermissions(permissions)));

    NewToken token = NewToken.of("node-2", Optional.empty(), new SecureRandom());
    Path tokens = Files.writeString(directory.resolve("tokens"), token.line());
    assertRefused("--cluster-token-file", options(NodeSecurity.none().withTokens(tokens)));
    NodeSecurity strange =
        NodeSecurity.none().withTokens(tokens).withClusterToken(secret("arpeggio_other"));
    assertRefused("would not let itself in", options(strange));
    NewToken old = NewToken.of("node-2", Optional.of(Instant.EPOCH), new SecureRandom());
    Files.writeString(tokens, old.line());
    String message =
        assertRefused(
            "expired",
            options(NodeSecurity.none().withTokens(tokens).withClusterToken(secret(old.token()))));
    assertFalse(message.contains(old.token()), message);
  }

  @Test
  void nodesMayKnowEachOtherByATokenAndJoinBySeedAlone() throws Exception {
    NewToken token = NewToken.of("cluster", Optional.empty(), new SecureRandom());
    NewToken ops = NewToken.of("ops", Optional.empty(), new SecureRandom());
    NodeSecurity security =
        NodeSecurity.none()
            .withTls(tls(ClientCertificates.NONE))
            .withTokens(
                Files.writeString(
                    directory.resolve("tokens"), token.line() + "\n" + ops.line() + "\n"))
            .withPermissions(
                Files.writeString(
                    directory.resolve("permissions"), "cluster node\nops * consume\n"))
            .withClusterToken(secret(token.token()));
    try (ArpeggioNode first =
            ArpeggioNode.start(
                options(security).withEmbeddedZooKeeper(directory.resolve("zookeeper"), 0));
        ArpeggioNode second =
            ArpeggioNode.start(options(security).withSeeds(List.of(first.address())));
        Arpeggio client =
            Arpeggio.connect(
                second.address(),
                ClientOptions.defaults()
                    .withTls(TlsOptions.defaults().withAuthorities(trusted))
                    .withToken(ops::token))) {
      assertEquals(first.zookeeper(), second.zookeeper());
      TestCluster.await(
          "a ring of two", () -> client.admin().describeRing().positions().size() == 2);
    }
  }

  private NodeTls tls(ClientCertificates certificates) {
    return new NodeTls(node.certificate(), node.key(), trusted, certificates);
  }

  private static NodeOptions options(NodeSecurity security) {
    return NodeOptions.defaults().withPreset("local").withSecurity(security);
  }

  private Path secret(String content) throws IOException {
    Path file =
        Files.createTempFile(
            directory,
            "secret",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }

  private static String assertRefused(String part, NodeOptions options) {
    NodeStartException refused =
        assertThrows(NodeStartException.class, () -> ArpeggioNode.start(options).close());
    assertEquals(Kind.INVALID, refused.kind(), refused.getMessage());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(part), "'" + part + "' is not in: " + message);
    assertFalse(message.contains("\n"), message);
    return message;
  }
}
