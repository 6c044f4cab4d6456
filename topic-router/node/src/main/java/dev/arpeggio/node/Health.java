package dev.arpeggio.node;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.queue.EventLoop;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says over gRPC's health protocol whether this node can serve, by looking at reality once in a
 * while: as a whole, and for each service. Messages and topics need the ring and ZooKeeper; the
 * ring's own service needs no ZooKeeper; the description of the node needs neither.
 */
final class Health {

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  static final Duration INTERVAL = Duration.ofMillis(500);

  private static final List<String> NEED_RING_AND_STORE =
      List.of(
          HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
          QueueGrpc.SERVICE_NAME,
          TopicsGrpc.SERVICE_NAME,
          SubscriptionsGrpc.SERVICE_NAME);

  private final HealthStatusManager manager = new HealthStatusManager();
  private final EventLoop loop;
  private final Supplier<Optional<String>> obstacle;
  private final BooleanSupplier member;
  private final String ringService;
  private Optional<String> before = Optional.of("starting");

  /**
   * @param loop where the looking happens
   * @param obstacle what keeps the node from serving now, if anything does; must not block
   * @param member whether the node is a member of the ring; must not block
   * @param ringService the name of the service that members of the ring speak
   */
  Health(
      EventLoop loop,
      Supplier<Optional<String>> obstacle,
      BooleanSupplier member,
      String ringService) {
    this.loop = loop;
    this.obstacle = obstacle;
    this.member = member;
    this.ringService = ringService;
    NEED_RING_AND_STORE.forEach(service -> set(service, false));
    set(ringService, false);
    set(ClusterGrpc.SERVICE_NAME, true);
  }

  BindableService service() {
    return manager.getHealthService();
  }

  void start() {
    loop.execute(this::look);
  }

  private void look() {
    Optional<String> now = obstacle.get();
    NEED_RING_AND_STORE.forEach(service -> set(service, now.isEmpty()));
    set(ringService, member.getAsBoolean());
    if (!now.equals(before)) {
      LOG.info(now.map(why -> "not serving: " + why).orElse("serving"));
      before = now;
    }
    loop.schedule(INTERVAL, this::look);
  }

  private void set(String service, boolean serving) {
    manager.setStatus(service, serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Nothing is served any more, for good. Any thread. */
  void draining() {
    manager.enterTerminalState();
  }
}
