package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportProvider;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code grpc://host:port}, where the host is one that other nodes can reach and port 0 means
 * any free port.
 */
public final class GrpcRingTransportProvider implements RingTransportProvider {
  private final @Nullable RingTls tls;

  /** Nodes that speak plain text; this is what {@link java.util.ServiceLoader} finds. */
  public GrpcRingTransportProvider() {
    this.tls = null;
  }

  /** Nodes that speak TLS, as all members of their ring must. */
  public GrpcRingTransportProvider(RingTls tls) {
    this.tls = tls;
  }

  @Override
  public String scheme() {
    return GrpcAddress.SCHEME;
  }

  @Override
  public RingTransport open(URI listen, EventLoop loop) throws IOException {
    return GrpcRingTransport.listening(GrpcAddress.of(listen), loop, tls);
  }
}
