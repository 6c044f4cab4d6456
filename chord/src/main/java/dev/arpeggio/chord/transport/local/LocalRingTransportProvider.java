package dev.arpeggio.chord.transport.local;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportProvider;
import java.io.IOException;
import java.net.URI;

/**
 * Opens {@code local://name}. Nodes opened by one instance of this provider reach each other and no
 * others.
 */
public final class LocalRingTransportProvider implements RingTransportProvider {
  private final LocalNetwork network = new LocalNetwork();

  @Override
  public String scheme() {
    return "local";
  }

  @Override
  public RingTransport open(URI listen, EventLoop loop) throws IOException {
    if (!scheme().equals(listen.getScheme()) || listen.getAuthority() == null) {
      throw new IllegalArgumentException(listen + " is not of the form local://name");
    }
    LocalRingTransport transport =
        new LocalRingTransport("local://" + listen.getAuthority(), network, loop);
    network.add(transport);
    return transport;
  }
}
