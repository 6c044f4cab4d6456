package dev.arpeggio.chord.transport;

import dev.arpeggio.chord.EventLoop;
import java.io.IOException;
import java.net.URI;

/** Opens transports of one URI scheme; found with {@link java.util.ServiceLoader}. */
public interface RingTransportProvider {
  /** The scheme served, for example {@code grpc}. */
  String scheme();

  /**
   * Listens at a URI and hands what is heard to the loop.
   *
   * @throws IOException if that is not possible, for example because the port is taken
   * @throws IllegalArgumentException if the URI is not one of this transport
   */
  RingTransport open(URI listen, EventLoop loop) throws IOException;
}
