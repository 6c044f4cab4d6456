package dev.arpeggio.node;

import dev.arpeggio.queue.EventLoop;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Says over gRPC's health protocol whether this node can serve, by looking at reality once in a
 * while.
 */
final class Health {

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final HealthStatusManager manager = new HealthStatusManager();
  private final EventLoop loop;
  private final BooleanSupplier reality;

  /**
   * @param loop where the looking happens
   * @param reality whether the node can serve now; must not block
   */
  Health(EventLoop loop, BooleanSupplier reality) {
    this.loop = loop;
    this.reality = reality;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
  }

  BindableService service() {
    return manager.getHealthService();
  }

  void start() {
    loop.execute(this::look);
  }

  private void look() {
    manager.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        reality.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    loop.schedule(INTERVAL, this::look);
  }

  /** Not serving, for good. Any thread. */
  void draining() {
    manager.enterTerminalState();
  }
}
