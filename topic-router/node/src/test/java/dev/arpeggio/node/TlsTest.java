package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TlsOptions;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The two ends agree about TLS, or it is said in words where they do not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
  private static final String HOST = "127.0.0.1";
  private static final byte PROTOCOL_VERSION = 70;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Path directory;
  private TestAuthority ours;
  private Path trusted;
  private EmbeddedZooKeeper zooKeeper;
  private ArpeggioNode plain;
  private ArpeggioNode secure;
  private int chroots;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    ours = TestAuthority.named("ours");
    trusted = ours.write(directory);
    zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), HOST, 0);
    plain = ArpeggioNode.start(options());
    secure = start(ours.issue("node", HOST), ClientCertificates.OPTIONAL);
  }

  @AfterAll
  void stop() throws IOException {
    plain.close();
    secure.close();
    zooKeeper.close();
  }

  @Test
  void aClientThatTrustsTheNodeIsServed() {
    try (Arpeggio client = connect(secure, TlsOptions.defaults().withAuthorities(trusted))) {
      assertEquals(secure.address(), client.admin().describeNode().position().address());
    }
  }

  @Test
  void aPlainClientAtATlsPortIsToldOfTls() {
    ArpeggioException failure = refusal(secure, ClientOptions.defaults());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("if it wants TLS"), failure.toString());
  }

  @Test
  void aTlsClientAtAPlainPortIsToldSo() {
    assertTells("does not speak TLS", plain, trustingOurs());
  }

  @Test
  void aNodeFromAnotherAuthorityIsNotBelieved() throws Exception {
    Path others = TestAuthority.named("others").write(directory);
    assertTells("not trusted", secure, TlsOptions.defaults().withAuthorities(others));
    assertTells("not trusted", secure, TlsOptions.defaults());
  }

  @Test
  void aNodeWhoseCertificateHasExpiredIsNotBelieved() throws Exception {
    try (ArpeggioNode node = start(ours.issueExpired("node", HOST), ClientCertificates.NONE)) {
      assertTells("expired", node, trustingOurs());
    }
  }

  @Test
  void aNodeWithTheCertificateOfAnotherHostIsNotBelieved() throws Exception {
    try (ArpeggioNode node =
        start(ours.issue("node", "elsewhere.example", "10.9.8.7"), ClientCertificates.NONE)) {
      assertTells("127.0.0.1", node, trustingOurs());
    }
  }

  @Test
  void whereACertificateIsRequiredNobodyIsServedWithoutAGoodOne() throws Exception {
    try (ArpeggioNode node = start(ours.issue("node", HOST), ClientCertificates.REQUIRED)) {
      assertTells("certificate", node, trustingOurs());
      assertTells("certificate", node, showing(TestAuthority.named("others").issue("shop")));
      assertTells("certificate", node, showing(ours.issueExpired("shop")));
      try (Arpeggio client = connect(node, showing(ours.issue("shop")))) {
        assertEquals(List.of(), client.admin().listTopics());
      }
    }
  }

  @Test
  void nothingOlderThanTls12IsSpoken() throws Exception {
    byte[] hello =
        HexFormat.of().parseHex("160301002f0100002b0302" + "00".repeat(32) + "000004c009c0130100");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(secure))) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(hello);
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertEquals("15", HexFormat.of().formatHex(answer, 0, 1), "no alert");
      assertEquals(PROTOCOL_VERSION, answer[6]);
    }
    assertEquals("TLSv1.2", session(secure, "TLSv1.2").getProtocol());
    assertEquals("TLSv1.3", session(secure, "TLSv1.3").getProtocol());
  }

  @Test
  void filesOfTheClientThatCannotBeUsedAreRefusedBeforeItBegins() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
    for (Path bad : List.of(nonsense, directory.resolve("none.pem"))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> connect(secure, TlsOptions.defaults().withAuthorities(bad)).close());
    }
  }

  @Test
  void certificatesAreReplacedUnderLoad() throws Exception {
    TestAuthority.Place place = ours.issue("node", HOST).write(directory);
    TestAuthority next = TestAuthority.named("next");
    Path both = Files.createTempFile(directory, "both", ".pem");
    Files.writeString(both, ours.pem() + next.pem());
    try (ArpeggioNode node = ArpeggioNode.start(secured(place, both, ClientCertificates.OPTIONAL));
        Arpeggio client = connect(node, TlsOptions.defaults().withAuthorities(both))) {
      client.admin().createTopic("load", TopicOptions.defaults());
      X509Certificate before = shownBy(node);
      int sent = 0;
      try (Producer producer = client.producer("load")) {
        List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
        while (sent < 200) {
          confirmations.add(producer.send(Message.of(Integer.toString(sent++))));
        }
        place.replace(next.issue("node", HOST));
        while (shownBy(node).equals(before)) {
          confirmations.add(producer.send(Message.of(Integer.toString(sent++))));
          confirmations.get(confirmations.size() - 1).get(60, TimeUnit.SECONDS);
        }
        CompletableFuture.allOf(confirmations.toArray(new CompletableFuture<?>[0]))
            .get(60, TimeUnit.SECONDS);
      }
      assertEquals(
          "CN=next", shownBy(node).getIssuerX500Principal().getName(), "the new certificate");
      assertNotEquals(before, shownBy(node));
      // A half replaced pair changes nothing.
      Files.writeString(place.key(), ours.issue("node", HOST).key());
      try (Arpeggio later =
              connect(node, TlsOptions.defaults().withAuthorities(next.write(directory)));
          Consumer consumer = later.consumer("load")) {
        for (int i = 0; i < sent; i++) {
          ReceivedMessage message = consumer.receive(PATIENCE).orElseThrow();
          assertEquals(Integer.toString(i), message.text());
          consumer.acknowledge(message);
        }
      }
    }
  }

  @Test
  void aClientFollowsItsFilesToo() throws Exception {
    TestAuthority next = TestAuthority.named("next");
    Path mine = Files.writeString(directory.resolve("mine.pem"), ours.pem());
    ArpeggioNode first = start(ours.issue("node", HOST), ClientCertificates.NONE);
    try (Arpeggio client = connect(first, TlsOptions.defaults().withAuthorities(mine))) {
      assertTrue(answers(client));
      first.close();
      NodeOptions successor =
          secured(next.issue("node", HOST).write(directory), trusted, ClientCertificates.NONE)
              .withListen(first.address());
      try (ArpeggioNode second = ArpeggioNode.start(successor)) {
        assertFalse(answers(client));
        Files.writeString(mine, "nonsense");
        assertFalse(answers(client));
        Files.writeString(mine, next.pem());
        TestCluster.await("trust in " + second.address(), () -> answers(client));
      }
    } finally {
      first.close();
    }
  }

  private static boolean answers(Arpeggio client) {
    try {
      client.admin().describeNode();
      return true;
    } catch (ArpeggioException e) {
      assertEquals(Reason.UNREACHABLE, e.reason(), e.toString());
      return false;
    }
  }

  private ArpeggioNode start(TestAuthority.Holder holder, ClientCertificates certificates)
      throws Exception {
    return ArpeggioNode.start(secured(holder.write(directory), trusted, certificates));
  }

  private NodeOptions secured(
      TestAuthority.Place place, Path authorities, ClientCertificates certificates) {
    return options()
        .withSecurity(
            NodeSecurity.none()
                .withTls(new NodeTls(place.certificate(), place.key(), authorities, certificates)));
  }

  /** Of a cluster of its own. */
  private NodeOptions options() {
    chroots++;
    return NodeOptions.defaults()
        .withZooKeeper(zooKeeper.connectString() + "/" + chroots)
        .withPreset("local");
  }

  private TlsOptions trustingOurs() {
    return TlsOptions.defaults().withAuthorities(trusted);
  }

  private TlsOptions showing(TestAuthority.Holder holder) throws IOException {
    TestAuthority.Place place = holder.write(directory);
    return trustingOurs().withCertificate(place.certificate(), place.key());
  }

  private static Arpeggio connect(ArpeggioNode node, TlsOptions tls) {
    return Arpeggio.connect(node.address(), ClientOptions.defaults().withTls(tls));
  }

  private static void assertTells(String part, ArpeggioNode node, TlsOptions tls) {
    ArpeggioException failure = refusal(node, ClientOptions.defaults().withTls(tls));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(part), "'" + part + "' is not in: " + message);
  }

  private static ArpeggioException refusal(ArpeggioNode node, ClientOptions options) {
    try (Arpeggio client = Arpeggio.connect(node.address(), options)) {
      ArpeggioException failure =
          assertThrows(ArpeggioException.class, () -> client.admin().describeNode());
      assertEquals(Reason.UNREACHABLE, failure.reason());
      return failure;
    }
  }

  private static int port(ArpeggioNode node) {
    return Integer.parseInt(node.address().substring(node.address().lastIndexOf(':') + 1));
  }

  /** The certificate that the node shows now. */
  private static X509Certificate shownBy(ArpeggioNode node) throws Exception {
    return (X509Certificate) session(node, "TLSv1.3").getPeerCertificates()[0];
  }

  private static SSLSession session(ArpeggioNode node, String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Credulous()}, new SecureRandom());
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HOST, port(node))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession();
    }
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new AssertionError("not for servers");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
