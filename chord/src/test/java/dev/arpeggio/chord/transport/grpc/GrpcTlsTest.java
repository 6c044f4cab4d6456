package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportContract;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of transports over mutual TLS, and who is let in and believed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcTlsTest extends RingTransportContract {
  private static final RingQuery PING = new RingQuery.Ping();
  private static final RingResponse ANSWER = new RingResponse.Busy();

  private Path directory;
  private Identity ours;
  private Identity next;
  private Identity stranger;
  private Identity misnamed;
  private RingTls member;

  @BeforeAll
  void makeIdentities(@TempDir Path temporary) throws Exception {
    directory = temporary;
    ours = Identity.of("ip:127.0.0.1", directory);
    next = Identity.of("ip:127.0.0.1", directory);
    stranger = Identity.of("ip:127.0.0.1", directory);
    misnamed = Identity.of("dns:elsewhere.example", directory);
  }

  @BeforeEach
  void makeMember() throws Exception {
    member = mutual(files(ours, ours));
  }

  @Override
  protected String scheme() {
    return "grpc";
  }

  @Override
  protected RingTransport open(EventLoop loop) throws IOException {
    return reopen("grpc://127.0.0.1:0", loop);
  }

  @Override
  protected RingTransport reopen(String address, EventLoop loop) throws IOException {
    return new GrpcRingTransportProvider(member).open(URI.create(address), loop);
  }

  @Test
  void whoHasNoTrustedCertificateIsNotServed() throws Exception {
    End server = end();
    AtomicInteger served = counting(server);
    assertNotNull(end(mutual(files(stranger, ours))).ask(server, PING).failure());
    assertNotNull(end(serverOnly(files(stranger, ours))).ask(server, PING).failure());
    assertNotNull(plain().ask(server, PING).failure());
    assertEquals(0, served.get());
    assertEquals(ANSWER, end().ask(server, PING).response());
  }

  @Test
  void withoutMutualTrustAnyCallerIsServedWhoTrustsTheServer() throws Exception {
    End server = end(serverOnly(files(ours, ours)));
    AtomicInteger served = counting(server);
    assertNotNull(end(serverOnly(files(stranger, stranger))).ask(server, PING).failure());
    assertNotNull(plain().ask(server, PING).failure());
    assertEquals(0, served.get());
    assertEquals(ANSWER, end(serverOnly(files(stranger, ours))).ask(server, PING).response());
  }

  @Test
  void whereCertificatesAreOptionalAWrongOneIsStillRefused() throws Exception {
    End server = end(optional(files(ours, ours)));
    AtomicInteger served = counting(server);
    assertNotNull(end(mutual(files(stranger, ours))).ask(server, PING).failure());
    assertEquals(0, served.get());
    assertEquals(ANSWER, end(serverOnly(files(stranger, ours))).ask(server, PING).response());
    assertEquals(ANSWER, end(mutual(files(ours, ours))).ask(server, PING).response());
  }

  @Test
  void aServerWithTheCertificateOfAnotherHostIsNotBelieved() throws Exception {
    End server = end(mutual(files(misnamed, ours)));
    AtomicInteger served = counting(server);
    End client = end(mutual(files(ours, misnamed, ours)));
    assertInstanceOf(CallFailure.TimedOut.class, client.ask(server, PING).failure());
    assertEquals(0, served.get());
  }

  @Test
  void aServerShowsItsNewCertificateAfterAReload() throws Exception {
    TlsFiles files = files(ours, next);
    RingTls tls = mutual(files);
    End server = end(tls);
    counting(server);
    End client = end(mutual(files(next, next)));
    assertNotNull(client.ask(server, PING).failure());
    files.write(next, next);
    assertNotNull(client.ask(server, PING).failure());
    tls.reload();
    assertEquals(ANSWER, client.ask(server, PING).response());
  }

  @Test
  void aServerTrustsNewAuthoritiesAndNoOldOnesAfterAReload() throws Exception {
    TlsFiles files = files(ours, ours);
    RingTls tls = mutual(files);
    End server = end(tls);
    counting(server);
    End newcomer = end(mutual(files(next, ours)));
    assertNotNull(newcomer.ask(server, PING).failure());
    files.write(ours, next);
    tls.reload();
    assertEquals(ANSWER, newcomer.ask(server, PING).response());
    assertNotNull(end().ask(server, PING).failure());
  }

  @Test
  void aCallerShowsItsNewCertificateAfterAReload() throws Exception {
    End server = end();
    counting(server);
    TlsFiles files = files(stranger, ours);
    RingTls tls = mutual(files);
    End client = end(tls);
    assertNotNull(client.ask(server, PING).failure());
    files.write(ours, ours);
    tls.reload();
    assertEquals(ANSWER, client.ask(server, PING).response());
  }

  @Test
  void whatIsBrokenOnDiskDoesNotReplaceWhatIsInForce() throws Exception {
    TlsFiles files = files(ours, ours);
    RingTls tls = mutual(files);
    End server = end(tls);
    counting(server);
    Files.writeString(files.key(), next.key());
    assertThrows(GeneralSecurityException.class, tls::reload);
    Files.writeString(files.key(), "half a fi");
    assertThrows(GeneralSecurityException.class, tls::reload);
    Files.writeString(files.key(), ours.key());
    Files.writeString(files.authorities(), "");
    assertThrows(GeneralSecurityException.class, tls::reload);
    Files.delete(files.authorities());
    assertThrows(NoSuchFileException.class, tls::reload);
    assertEquals(ANSWER, end().ask(server, PING).response());
  }

  @Test
  void aRingOnTheServerOfAnEmbedderSpeaksTlsToo() throws Exception {
    // The port is known only once the server listens, the service only once the address is known.
    MutableHandlerRegistry services = new MutableHandlerRegistry();
    Server server =
        Grpc.newServerBuilderForPort(0, member.serverCredentials())
            .fallbackHandlerRegistry(services)
            .build()
            .start();
    try {
      String address = "grpc://127.0.0.1:" + server.getPort();
      End attached =
          end(
              loop -> {
                GrpcRingTransport transport =
                    GrpcRingTransport.attached(address, loop, member.channelCredentials());
                services.addService(transport.service());
                return transport;
              });
      counting(attached);
      End other = end();
      counting(other);
      assertEquals(ANSWER, other.ask(attached, PING).response());
      assertEquals(ANSWER, attached.ask(other, PING).response());
    } finally {
      server.shutdownNow();
    }
  }

  private TlsFiles files(Identity self, Identity... trusted) throws IOException {
    return new TlsFiles(directory).write(self, trusted);
  }

  private static RingTls mutual(TlsFiles files) throws Exception {
    return RingTls.mutual(files.chain(), files.key(), files.authorities());
  }

  private static RingTls optional(TlsFiles files) throws Exception {
    return RingTls.optional(files.chain(), files.key(), files.authorities());
  }

  private static RingTls serverOnly(TlsFiles files) throws Exception {
    return RingTls.serverOnly(files.chain(), files.key(), files.authorities());
  }

  private End end(RingTls tls) throws IOException {
    return end(
        loop -> new GrpcRingTransportProvider(tls).open(URI.create("grpc://127.0.0.1:0"), loop));
  }

  private End plain() throws IOException {
    return end(
        loop -> new GrpcRingTransportProvider().open(URI.create("grpc://127.0.0.1:0"), loop));
  }

  private static AtomicInteger counting(End server) {
    AtomicInteger served = new AtomicInteger();
    server
        .transport()
        .serve(
            request -> {
              served.incrementAndGet();
              return ANSWER;
            });
    return served;
  }
}
