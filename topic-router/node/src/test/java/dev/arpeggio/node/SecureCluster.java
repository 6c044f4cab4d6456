package dev.arpeggio.node;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.client.TlsOptions;
import dev.arpeggio.client.internal.BearerToken;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.node.security.NewToken;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nodes in this process that speak TLS and ask who calls, each with a certificate and a file of
 * permissions of its own. {@code ops} may do everything.
 */
final class SecureCluster implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  static final String OPS = "ops * publish,consume,administer";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;
  private final TestAuthority authority = TestAuthority.named("house");
  private final Path authorities;
  private final EmbeddedZooKeeper zooKeeper;
  private final Path tokens;
  private final String opsToken;
  private final List<ArpeggioNode> nodes = new ArrayList<>();
  private final List<Path> permissions = new ArrayList<>();
  private final List<TestAuthority.Place> certificates = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  SecureCluster(Path directory) throws Exception {
    this.directory = directory;
    this.authorities = authority.write(directory);
    this.tokens = Files.createFile(directory.resolve("tokens"));
    this.opsToken = newToken("ops", Optional.empty());
    this.zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), HOST, 0);
  }

  SecureCluster start(int count, String... lines) throws Exception {
    for (int i = 1; i <= count; i++) {
      permissions.add(Files.createTempFile(directory, "permissions", ""));
    }
    permit(lines);
    for (int i = 1; i <= count; i++) {
      TestAuthority.Place own = authority.issue("node-" + i, HOST).write(directory);
      certificates.add(own);
      nodes.add(ArpeggioNode.start(options(own, permissions.get(i - 1)).withSeeds(addresses())));
    }
    try (Arpeggio client = connect(opsToken)) {
      TestCluster.await(
          "an ideal ring of " + count,
          () -> {
            RingInfo ring = client.admin().describeRing();
            return ring.ideal() && ring.positions().size() == count;
          });
    }
    return this;
  }

  /** What a node with these would be started with; it still needs seeds. */
  NodeOptions options(TestAuthority.Place own, Path permitted) {
    return NodeOptions.defaults()
        .withZooKeeper(zooKeeper.connectString())
        .withPreset("local")
        .withSecurity(
            NodeSecurity.none()
                .withTls(
                    new NodeTls(
                        own.certificate(), own.key(), authorities, ClientCertificates.OPTIONAL))
                .withTokens(tokens)
                .withPermissions(permitted));
  }

  TestAuthority authority() {
    return authority;
  }

  Path authorities() {
    return authorities;
  }

  Path directory() {
    return directory;
  }

  List<String> addresses() {
    return nodes.stream().map(ArpeggioNode::address).toList();
  }

  TestAuthority.Place certificate(int node) {
    return certificates.get(node);
  }

  String opsToken() {
    return opsToken;
  }

  /** Says at all nodes who may do what, beside the nodes and {@code ops}. */
  void permit(String... lines) throws IOException {
    for (int node = 0; node < permissions.size(); node++) {
      permitAt(node, lines);
    }
  }

  /** The same at one node. */
  void permitAt(int node, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add(OPS);
    for (int i = 1; i <= permissions.size(); i++) {
      all.add("node-" + i + " node");
    }
    Files.write(permissions.get(node), all);
  }

  /** Puts something else into the file of one node. */
  void spoilPermissionsAt(int node) throws IOException {
    Files.writeString(permissions.get(node), "half a li");
  }

  /** Makes a token that the nodes soon know. */
  String newToken(String principal, Optional<Instant> expiry) throws IOException {
    NewToken made = NewToken.of(principal, expiry, RANDOM);
    Files.writeString(tokens, made.line() + "\n", StandardOpenOption.APPEND);
    return made.token();
  }

  /** Takes back all tokens of a principal. */
  void forgetTokensOf(String principal) throws IOException {
    Files.write(
        tokens,
        Files.readAllLines(tokens).stream()
            .filter(line -> !line.startsWith(principal + " "))
            .toList());
  }

  /** Ends all tokens of a principal then; they had no end. */
  void expireTokensOf(String principal, Instant end) throws IOException {
    Files.write(
        tokens,
        Files.readAllLines(tokens).stream()
            .map(line -> line.startsWith(principal + " ") ? line + " " + end : line)
            .toList());
  }

  Arpeggio connect(String token) {
    return Arpeggio.connect(String.join(",", addresses()), client().withToken(() -> token));
  }

  ClientOptions client() {
    return ClientOptions.defaults().withTls(TlsOptions.defaults().withAuthorities(authorities));
  }

  /** The index of the node that serves the partition now. */
  int owner(String topic) {
    try (Arpeggio client = connect(opsToken)) {
      return addresses()
          .indexOf(
              client.admin().describeTopic(topic).partitions().get(0).owner().orElse("nobody"));
    }
  }

  /** A channel without the client library, to be closed with this. */
  ManagedChannel channel(int node, String token) throws IOException {
    return open(node, CompositeChannelCredentials.create(trusting(), new BearerToken(() -> token)));
  }

  /** The same, showing nothing. */
  ManagedChannel channel(int node) throws IOException {
    return open(node, trusting());
  }

  /** The same, showing a certificate. */
  ManagedChannel channel(int node, TestAuthority.Holder holder) throws IOException {
    TestAuthority.Place place = holder.write(directory);
    return open(
        node,
        TlsChannelCredentials.newBuilder()
            .trustManager(authorities.toFile())
            .keyManager(place.certificate().toFile(), place.key().toFile())
            .build());
  }

  private ChannelCredentials trusting() throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(authorities.toFile()).build();
  }

  private ManagedChannel open(int node, ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilder("dns:///" + addresses().get(node), credentials).build();
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() throws IOException {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.forEach(ArpeggioNode::close);
    zooKeeper.close();
  }
}
