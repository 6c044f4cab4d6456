package dev.arpeggio.queue.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.RealNode;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Reply;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ServerCnxn.DisconnectReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short way to a server in the process, when connections break and the server ends. */
class InProcessPortTest {
  private static final int BREAKS = 3;
  private static final int BURST = 20;

  @TempDir private Path directory;
  private EmbeddedZooKeeper server;
  private RealNode node;
  private ZooKeeperPort port;

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    node = new RealNode("a", server, PartitionOptions.defaults());
    port = node.port;
    assertEquals(Code.OK, create("/x").get(60, TimeUnit.SECONDS).code());
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    server.close();
  }

  private CompletableFuture<Reply<Done>> create(String path) {
    var created = new CompletableFuture<Reply<Done>>();
    node.loop.execute(() -> port.create(path, new byte[0], Mode.PERSISTENT, created::complete));
    return created;
  }

  @Test
  void whatIsUnderWayWhenTheServerEndsIsAnsweredOnce() throws Exception {
    int requests = 4_000;
    // Together a gigabyte: the server cannot have written it when it is told to end.
    byte[] data = new byte[256 << 10];
    var answers = new AtomicInteger();
    var lost = new AtomicInteger();
    var submitted = new CountDownLatch(1);
    node.loop.execute(
        () -> {
          for (int i = 0; i < requests; i++) {
            port.set(
                "/x",
                data,
                ZooKeeperPort.ANY_VERSION,
                reply -> {
                  answers.incrementAndGet();
                  if (reply.code() == Code.CONNECTION_LOSS) {
                    lost.incrementAndGet();
                  }
                });
          }
          submitted.countDown();
        });
    assertTrue(submitted.await(60, TimeUnit.SECONDS));

    server.close();

    RealNode.await(() -> answers.get() >= requests, "all are answered");
    assertTrue(lost.get() > 0, "nothing was under way");
    // What came late came to nobody.
    assertEquals(requests, node.ask(answers::get));
  }

  @Test
  void requestsTakeEffectInOrderAlsoWhereTheConnectionBreaks() throws Exception {
    var traffic = new Traffic();
    node.loop.execute(traffic::start);

    for (int i = 1; i <= BREAKS; i++) {
      int before = traffic.answered.get();
      breakConnections();
      int breaks = i;
      RealNode.await(() -> traffic.connections.get() >= breaks, "the client is back");
      RealNode.await(() -> traffic.answered.get() > before + 10 * BURST, "requests are answered");
    }
    traffic.enough.set(true);
    RealNode.await(traffic::isDone, "all are answered");

    List<Integer> versions = node.ask(() -> List.copyOf(traffic.versions.values()));
    assertTrue(
        versions.size() > BREAKS * 10 * BURST / 2, "only " + versions.size() + " took effect");
    for (int i = 1; i < versions.size(); i++) {
      assertTrue(
          versions.get(i - 1) < versions.get(i),
          "version " + versions.get(i) + " was made after " + versions.get(i - 1));
    }
  }

  @Test
  void requestsTakeTheShortWayAgainAlsoWhereTheyNeverPause() throws Exception {
    // While the burst of one waits for its last answer, that of the other goes on.
    var one = new Traffic();
    var other = new Traffic();
    node.loop.execute(one::start);
    node.loop.execute(other::start);
    breakConnections();
    RealNode.await(() -> one.connections.get() > 0, "the client is back");
    awaitAnswers(one, other, 10 * BURST);

    long packets = packetsThroughSockets();
    awaitAnswers(one, other, 50 * BURST);
    long more = packetsThroughSockets() - packets;

    one.enough.set(true);
    other.enough.set(true);
    RealNode.await(() -> one.isDone() && other.isDone(), "all are answered");
    assertTrue(more < 5 * BURST, more + " packets went through sockets");
  }

  private static void awaitAnswers(Traffic one, Traffic other, int more) {
    int enough = one.answered.get() + other.answered.get() + more;
    RealNode.await(
        () -> one.answered.get() + other.answered.get() > enough, "requests are answered");
  }

  private void breakConnections() {
    server.server().getServerCnxnFactory().closeAll(DisconnectReason.CLOSE_ALL_CONNECTIONS_FORCED);
  }

  private long packetsThroughSockets() {
    long packets = 0;
    for (ServerCnxn connection : server.server().getServerCnxnFactory().getConnections()) {
      packets += connection.getPacketsReceived();
    }
    return packets;
  }

  /** Requests, some at a time; and some more whenever the client has found its server again. */
  private final class Traffic implements ZooKeeperPort.SessionListener {
    final AtomicInteger sent = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicBoolean enough = new AtomicBoolean();
    // By the order of the calls.
    final Map<Integer, Integer> versions = new TreeMap<>();

    void start() {
      var unused = port.listen(this);
      burst();
    }

    boolean isDone() {
      return enough.get() && sent.get() == answered.get();
    }

    private void burst() {
      for (int i = 1; i < BURST; i++) {
        send(() -> {});
      }
      send(
          () -> {
            if (!enough.get()) {
              burst();
            }
          });
    }

    private void send(Runnable then) {
      int call = sent.incrementAndGet();
      port.set(
          "/x",
          new byte[1_000],
          ZooKeeperPort.ANY_VERSION,
          (Reply<Stat> reply) -> {
            answered.incrementAndGet();
            if (reply.isOk()) {
              versions.put(call, reply.get().version());
            }
            then.run();
          });
    }

    @Override
    public void connected(long sessionId) {
      connections.incrementAndGet();
      send(() -> {});
    }

    @Override
    public void disconnected() {
      // What is under way was answered before.
    }

    @Override
    public void expired() {
      // As above.
    }
  }

  @Test
  void aSessionThatTheServerEndedIsNewAfterwards() throws Exception {
    long before = node.session.connectedAs();

    Sessions.expire(node.session, server.connectString(), RealNode.SESSION_TIMEOUT);

    RealNode.await(
        () -> node.session.isConnected() && node.session.connectedAs() != before,
        "there is a new session");
    var owned = new CompletableFuture<Reply<Stat>>();
    node.loop.execute(
        () -> {
          port.create("/mine", new byte[0], Mode.EPHEMERAL, unused -> {});
          port.exists("/mine", owned::complete);
        });
    assertEquals(
        node.session.connectedAs(), owned.get(60, TimeUnit.SECONDS).get().ephemeralOwner());
  }
}
