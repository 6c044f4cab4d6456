package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.RingWalk;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Production from end to end: real nodes, threads and sockets. */
final class GrpcRingTest {
  /** Quick rounds, but patience with a busy machine. */
  private static final ChordConfig CONFIG =
      new ChordConfig(
          "test",
          4,
          Duration.ofMillis(50),
          0.2,
          Duration.ofSeconds(2),
          2,
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          64,
          4);

  private final List<Member> members = new ArrayList<>();

  @AfterEach
  void stopAll() {
    members.forEach(Member::kill);
  }

  @Test
  void fiveNodesFormARingAndLoseOneAndTakeItBack() throws Exception {
    Member first = start("grpc://127.0.0.1:0", List.of());
    for (int i = 1; i < 5; i++) {
      start("grpc://127.0.0.1:0", List.of(first.address()));
    }
    awaitIdeal(first, 5);
    Member victim = members.get(3);
    victim.kill();
    awaitIdeal(first, 4);
    start(victim.address(), List.of("grpc://127.0.0.1:1", members.get(2).address()));
    awaitIdeal(first, 5);
  }

  @Test
  void aNodeThatLeavesIsMissedAtOnce() throws Exception {
    Member first = start("grpc://127.0.0.1:0", List.of());
    Member second = start("grpc://127.0.0.1:0", List.of(first.address()));
    start("grpc://127.0.0.1:0", List.of(second.address()));
    awaitIdeal(first, 3);
    CountDownLatch done = new CountDownLatch(1);
    second.loop.execute(() -> second.node.leave(done::countDown));
    assertTrue(done.await(60, TimeUnit.SECONDS));
    assertEquals(RingView.Status.LEFT, second.node.view().status());
    second.kill();
    awaitIdeal(first, 2);
  }

  @Test
  void garbageOnAMembersPortChangesNothing() throws Exception {
    Member first = start("grpc://127.0.0.1:0", List.of());
    Member second = start("grpc://127.0.0.1:0", List.of(first.address()));
    awaitIdeal(first, 2);
    RingView before = second.node.view();
    URI address = URI.create(second.address());
    byte[] garbage = new byte[10_000];
    new Random(1).nextBytes(garbage);
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 30_000);
        OutputStream out = socket.getOutputStream();
        out.write(garbage);
      } catch (IOException hungUp) {
        // The server may hang up in the middle; that is its right.
      }
    }
    awaitIdeal(first, 2);
    assertEquals(before, second.node.view());
  }

  @Test
  void ringsWorkOnTheServerOfAnEmbedder() throws Exception {
    Member first = start("grpc://127.0.0.1:0", List.of());
    ThreadEventLoop loop = new ThreadEventLoop("attached");
    // The port is known only once the server listens, the service only once the address is known.
    MutableHandlerRegistry services = new MutableHandlerRegistry();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .fallbackHandlerRegistry(services)
            .build()
            .start();
    GrpcRingTransport transport =
        GrpcRingTransport.attached("grpc://127.0.0.1:" + server.getPort(), loop);
    services.addService(transport.service());
    try {
      Member attached = new Member(loop, transport, List.of(first.address()));
      members.add(attached);
      awaitIdeal(first, 2);
      assertEquals(attached.node.view().predecessor(), first.node.view().self());
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aRingThatSpeaksTlsChangesItsCertificatesWhileItRuns(@TempDir Path directory)
      throws Exception {
    Identity old = Identity.of("ip:127.0.0.1", directory);
    Identity renewed = Identity.of("ip:127.0.0.1", directory);
    TlsFiles files = new TlsFiles(directory).write(old, old, renewed);
    RingTls tls = RingTls.mutual(files.chain(), files.key(), files.authorities());
    GrpcRingTransportProvider provider = new GrpcRingTransportProvider(tls);
    Member first = start(provider, "grpc://127.0.0.1:0", List.of());
    start(provider, "grpc://127.0.0.1:0", List.of(first.address()));
    awaitIdeal(first, 2);
    files.write(renewed, old, renewed);
    tls.reload();
    // Whoever trusts the renewed certificate alone finds in.
    TlsFiles newcomer = new TlsFiles(directory).write(renewed, renewed);
    start(
        new GrpcRingTransportProvider(
            RingTls.mutual(newcomer.chain(), newcomer.key(), newcomer.authorities())),
        "grpc://127.0.0.1:0",
        List.of(first.address()));
    awaitIdeal(first, 3);
  }

  private Member start(String listen, List<String> seeds) throws IOException {
    return start(new GrpcRingTransportProvider(), listen, seeds);
  }

  private Member start(GrpcRingTransportProvider provider, String listen, List<String> seeds)
      throws IOException {
    ThreadEventLoop loop = new ThreadEventLoop("member-" + members.size());
    RingTransport transport = provider.open(URI.create(listen), loop);
    Member member = new Member(loop, transport, seeds);
    members.add(member);
    return member;
  }

  private static void awaitIdeal(Member start, int size) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<String> last = List.of();
    while (System.nanoTime() < deadline) {
      Walked walked = start.walk();
      if (walked.members().size() == size && walked.problems().isEmpty()) {
        return;
      }
      last = walked.problems();
    }
    throw new AssertionError("not an ideal ring of " + size + ": " + last);
  }

  private record Walked(List<MemberState> members, List<String> problems) {}

  private static final class Member {
    private final ThreadEventLoop loop;
    private final RingTransport transport;
    private final ChordNode node;

    Member(ThreadEventLoop loop, RingTransport transport, List<String> seeds) {
      this.loop = loop;
      this.transport = transport;
      this.node =
          new ChordNode(
              IdSpace.DEFAULT,
              Peer.at(IdSpace.DEFAULT, transport.address()),
              CONFIG,
              loop,
              transport,
              new Random(transport.address().hashCode()),
              RingListener.NONE);
      loop.execute(() -> node.start(seeds));
    }

    String address() {
      return transport.address();
    }

    Walked walk() throws InterruptedException {
      BlockingQueue<Walked> walks = new LinkedBlockingQueue<>();
      RingWalk walk = new RingWalk(loop, transport, IdSpace.DEFAULT, CONFIG);
      loop.execute(
          () ->
              walk.walk(
                  address(), 100, (found, problems) -> walks.add(new Walked(found, problems))));
      Walked walked = walks.poll(60, TimeUnit.SECONDS);
      if (walked == null) {
        throw new AssertionError("a walk without an end");
      }
      return walked;
    }

    /** Like the end of the process: nobody is told. */
    void kill() {
      transport.close();
      loop.close();
    }
  }
}
