package dev.arpeggio.queue.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.ensemble.EnsembleServer;
import dev.arpeggio.ensemble.TcpProxy;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.RealNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A partition in use on three real servers, one kind of fault at a time. After each, traffic flows
 * again, and everything is whole.
 */
class EnsembleFaultTest {
  private static final long SEED = 20_260_101;
  private static final int SOME = 100;

  /** Longer than a client waits for its server, and than a session lives. */
  private static final Duration LONG = RealNode.SESSION_TIMEOUT.plusSeconds(1);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path directory;

  private static Ensemble ensemble;

  private Traffic traffic;

  @BeforeAll
  static void startServers() throws Exception {
    ensemble = Ensemble.start(directory, 3);
  }

  @AfterAll
  static void stopServers() throws Exception {
    ensemble.close();
  }

  @BeforeEach
  void startTraffic(TestInfo test) throws Exception {
    String topic = test.getTestMethod().orElseThrow().getName();
    int owners = topic.contains("TwoOwners") ? 2 : 1;
    traffic = Traffic.on(ensemble, topic, Traffic.Shape.USUAL.withOwners(owners), SEED);
    traffic.flow(SOME);
  }

  @AfterEach
  void stopTraffic() throws Exception {
    try {
      ensemble.startAll();
      ensemble.awaitServing();
      traffic.flow(SOME).finish();
    } finally {
      traffic.end();
    }
  }

  private static void pass(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  private EnsembleServer connectedTo() {
    RealNode.await(() -> traffic.routeOfOwner().connectedTo() >= 0, () -> "a connection");
    return ensemble.servers().get(traffic.routeOfOwner().connectedTo());
  }

  @Test
  void theLeaderIsKilled() throws Exception {
    ensemble.awaitLeader().kill();
    traffic.flow(SOME);
  }

  @Test
  void aFollowerIsKilled() throws Exception {
    ensemble.awaitFollower().kill();
    traffic.flow(SOME);
  }

  @Test
  void theServerThatTheOwnerIsConnectedToIsKilled() throws Exception {
    connectedTo().kill();
    traffic.flow(SOME);
  }

  @Test
  void theLeaderIsPausedAndWakesAsAFollower() throws Exception {
    EnsembleServer leader = ensemble.awaitLeader();
    leader.pause();
    traffic.flow(SOME);
    leader.resume();
    traffic.flow(SOME);
  }

  @Test
  void theServerThatTheOwnerIsConnectedToIsPaused() throws Exception {
    EnsembleServer connected = connectedTo();
    connected.pause();
    traffic.flow(SOME);
    connected.resume();
    traffic.flow(SOME);
  }

  @Test
  void connectionsAreCutAgainAndAgain() throws Exception {
    for (int i = 0; i < 10; i++) {
      traffic.routeOfOwner().each(TcpProxy::cut);
      traffic.flow(1);
    }
  }

  @Test
  void theWayIsSlow() throws Exception {
    traffic.routeOfOwner().each(proxy -> proxy.delay(Duration.ofMillis(50)));
    traffic.flow(SOME);
    traffic.routeOfOwner().each(TcpProxy::heal);
  }

  @Test
  void requestsDoNotArriveUntilLongAfterTheSessionEnded() throws Exception {
    traffic.routeOfOwner().each(TcpProxy::holdToServer);
    pass(LONG);
    traffic.routeOfOwner().each(TcpProxy::heal);
  }

  @Test
  void answersDoNotArrive() throws Exception {
    traffic.routeOfOwner().each(TcpProxy::holdToClient);
    pass(LONG);
    traffic.routeOfOwner().each(TcpProxy::heal);
  }

  @Test
  void everyConnectionIsRefusedForAWhile() throws Exception {
    traffic.routeOfOwner().each(TcpProxy::refuse);
    pass(Duration.ofSeconds(1));
    traffic.routeOfOwner().each(TcpProxy::heal);
  }

  @Test
  void ofTwoOwnersTheOneThatIsCutOffIsReplacedAndWakes() throws Exception {
    traffic.routeOfOwner().each(TcpProxy::hold);
    traffic.handOver();
    traffic.flow(SOME);
    traffic.routes().forEach(route -> route.each(TcpProxy::heal));
    traffic.handOver();
    traffic.flow(SOME);
  }

  @Test
  void betweenTwoOwnersThePartitionGoesToAndFroWhileServersAreKilled() throws Exception {
    for (int i = 0; i < 5; i++) {
      traffic.handOver();
      traffic.flow(SOME);
    }
    ensemble.awaitLeader().kill();
    traffic.handOver();
    traffic.flow(SOME);
    assertTrue(traffic.generations() >= 7, traffic.toString());
  }

  @Test
  void allServersAreRestartedOneByOne() throws Exception {
    ensemble.restartOneByOne();
    traffic.flow(SOME);
  }

  @Test
  void allServersAreStoppedAndStarted() throws Exception {
    ensemble.stopAll();
    ensemble.startAll();
    ensemble.awaitServing();
    traffic.flow(SOME);
  }

  @Test
  void withoutAQuorumPublishersWaitUntilTheirDeadlineAndAreToldWhatIsKnown() throws Exception {
    ensemble.awaitFollower().kill();
    ensemble.awaitServing();
    ensemble.awaitFollower().kill();
    RealNode.await(
        () -> traffic.failures().keySet().stream().anyMatch(EnsembleFaultTest::isOfTheStore),
        () -> "publishers are told: " + traffic);
    assertEquals(
        0,
        traffic.failures().keySet().stream().filter(reason -> !isOfTheStore(reason)).count(),
        traffic.toString());
  }

  private static boolean isOfTheStore(Reason reason) {
    return reason == Reason.STORE_UNAVAILABLE || reason == Reason.OUTCOME_UNKNOWN;
  }
}
