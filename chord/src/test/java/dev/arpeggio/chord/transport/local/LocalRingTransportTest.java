package dev.arpeggio.chord.transport.local;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportContract;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class LocalRingTransportTest extends RingTransportContract {
  private final LocalRingTransportProvider provider = new LocalRingTransportProvider();
  private int names;

  @Override
  protected String scheme() {
    return "local";
  }

  @Override
  protected RingTransport open(EventLoop loop) throws IOException {
    return reopen("local://n" + names++, loop);
  }

  @Override
  protected RingTransport reopen(String address, EventLoop loop) throws IOException {
    return provider.open(URI.create(address), loop);
  }

  @Test
  void aNameIsTakenOnce() throws IOException {
    String address = end().transport().address();
    assertThrows(IOException.class, () -> reopen(address, new NoLoop()));
  }

  @Test
  void anAddressWithoutANameIsRejected() {
    assertThrows(
        IllegalArgumentException.class, () -> provider.open(URI.create("local:n"), new NoLoop()));
  }
}
