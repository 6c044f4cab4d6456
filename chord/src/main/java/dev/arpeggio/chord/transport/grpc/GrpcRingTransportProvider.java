package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportProvider;
import java.io.IOException;
import java.net.URI;

/**
 * Opens {@code grpc://host:port}, where the host is one that other nodes can reach and port 0 means
 * any free port.
 */
public final class GrpcRingTransportProvider implements RingTransportProvider {
  @Override
  public String scheme() {
    return GrpcAddress.SCHEME;
  }

  @Override
  public RingTransport open(URI listen, EventLoop loop) throws IOException {
    return GrpcRingTransport.listening(GrpcAddress.of(listen), loop);
  }
}
