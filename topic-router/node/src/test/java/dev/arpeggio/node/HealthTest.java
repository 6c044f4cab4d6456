package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.EventLoop;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a health check says of each service while the node's world changes. */
class HealthTest {
  private static final String RING = "arpeggio.chord.v1.Ring";
  private static final String CLUSTER = "arpeggio.v1.Cluster";
  private static final List<String> MESSAGES =
      List.of("", "arpeggio.v1.Queue", "arpeggio.v1.Topics", "arpeggio.v1.Subscriptions");

  private final Steps loop = new Steps();
  private Optional<String> obstacle = Optional.of("not a member of the ring");
  private boolean member;
  private Health health;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws Exception {
    health = new Health(loop, () -> obstacle, () -> member, RING);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(health.service())
            .build()
            .start();
    channel = Wire.channel("127.0.0.1:" + server.getPort());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void beforeItHasJoinedANodeTellsOfItselfAlone() {
    assertServes(false, false, true);
    health.start();
    loop.step();
    assertServes(false, false, true);
  }

  @Test
  void joiningLosingZooKeeperAndFindingItAgainShow() {
    health.start();
    loop.step();
    member = true;
    obstacle = Optional.empty();
    loop.step();
    assertServes(true, true, true);
    obstacle = Optional.of("no connection to ZooKeeper");
    loop.step();
    assertServes(false, true, true);
    obstacle = Optional.empty();
    loop.step();
    assertServes(true, true, true);
  }

  @Test
  void aNodeThatIsNoMemberAnyMoreServesNoRing() {
    member = true;
    obstacle = Optional.empty();
    health.start();
    loop.step();
    assertServes(true, true, true);
    member = false;
    obstacle = Optional.of("not a member of the ring");
    loop.step();
    assertServes(false, false, true);
  }

  @Test
  void whoDrainsServesNothingAndStaysSo() {
    member = true;
    obstacle = Optional.empty();
    health.start();
    loop.step();
    health.draining();
    assertServes(false, false, false);
    loop.step();
    assertServes(false, false, false);
  }

  private void assertServes(boolean messages, boolean ring, boolean cluster) {
    MESSAGES.forEach(service -> assertServes(service, messages));
    assertServes(RING, ring);
    assertServes(CLUSTER, cluster);
  }

  private void assertServes(String service, boolean serves) {
    assertEquals(
        serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING,
        HealthGrpc.newBlockingStub(channel)
            .check(HealthCheckRequest.newBuilder().setService(service).build())
            .getStatus(),
        service);
  }

  /** Does what is to be done next, and nothing by itself. */
  private static final class Steps implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    void step() {
      tasks.remove().run();
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      assertEquals(Health.INTERVAL, delay);
      tasks.add(task);
      return () -> {};
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public long currentTimeMillis() {
      return 0;
    }

    @Override
    public boolean isCurrent() {
      return true;
    }
  }
}
