package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingTransport;
import io.grpc.BindableService;
import java.time.Duration;

/**
 * Calls over gRPC. Either opened with a server of its own, by the provider, or attached to the
 * embedder's.
 */
public final class GrpcRingTransport implements RingTransport {
  private GrpcRingTransport() {}

  /**
   * A transport without a server: the embedder adds {@link #service()} to its own.
   *
   * @param advertisedAddress {@code grpc://host:port} of that server, as other nodes reach it
   */
  public static GrpcRingTransport attached(String advertisedAddress, EventLoop loop) {
    return java.util.Optional.<GrpcRingTransport>empty().orElseThrow();
  }

  /** What answers the calls of others. */
  public BindableService service() {
    return java.util.Optional.<BindableService>empty().orElseThrow();
  }

  @Override
  public String address() {
    return java.util.Optional.<String>empty().orElseThrow();
  }

  @Override
  public void serve(RequestHandler handler) {}

  @Override
  public void call(
      String address, RingRequest request, Duration timeout, ResponseCallback callback) {}

  @Override
  public void close() {}
}
