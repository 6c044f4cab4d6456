package dev.arpeggio.node;

import dev.arpeggio.queue.EventLoop;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says over gRPC's health protocol whether this node can serve, by looking at reality once in a
 * while.
 */
final class Health {

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final HealthStatusManager manager = new HealthStatusManager();
  private final EventLoop loop;
  private final Supplier<Optional<String>> obstacle;
  private Optional<String> before = Optional.of("starting");

  /**
   * @param loop where the looking happens
   * @param obstacle what keeps the node from serving now, if anything does; must not block
   */
  Health(EventLoop loop, Supplier<Optional<String>> obstacle) {
    this.loop = loop;
    this.obstacle = obstacle;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
  }

  BindableService service() {
    return manager.getHealthService();
  }

  void start() {
    loop.execute(this::look);
  }

  private void look() {
    Optional<String> now = obstacle.get();
    manager.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        now.isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    if (!now.equals(before)) {
      LOG.info(now.map(why -> "not serving: " + why).orElse("serving"));
      before = now;
    }
    loop.schedule(INTERVAL, this::look);
  }

  /** Not serving, for good. Any thread. */
  void draining() {
    manager.enterTerminalState();
  }
}
