package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.RingTransportContract;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrpcRingTransportTest extends RingTransportContract {
  private final GrpcRingTransportProvider provider = new GrpcRingTransportProvider();

  @Override
  protected String scheme() {
    return "grpc";
  }

  @Override
  protected RingTransport open(EventLoop loop) throws IOException {
    return reopen("grpc://127.0.0.1:0", loop);
  }

  @Override
  protected RingTransport reopen(String address, EventLoop loop) throws IOException {
    return provider.open(URI.create(address), loop);
  }

  @Test
  void garbageOnThePortChangesNothing() throws Exception {
    End server = end();
    server.transport().serve(request -> new RingResponse.Busy());
    URI address = URI.create(server.transport().address());
    byte[] garbage = new byte[100_000];
    new Random(1).nextBytes(garbage);
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 30_000);
        OutputStream out = socket.getOutputStream();
        out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.write(garbage);
      } catch (IOException hungUp) {
        // The server may hang up in the middle; that is its right.
      }
    }
    assertEquals(new RingResponse.Busy(), end().ask(server, new RingQuery.Ping()).response());
  }

  @Test
  void callsThatStillConnectFailWhenTheirTransportCloses() throws Exception {
    End client = end();
    // Addresses set aside for documentation: nobody answers there.
    for (int host = 1; host <= 10; host++) {
      client.send("grpc://192.0.2." + host + ":7001", LONG, new RingQuery.Ping());
    }
    client.transport().close();
    for (int host = 1; host <= 10; host++) {
      assertNotNull(client.outcome().failure());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc://",
        "grpc:x",
        "http://127.0.0.1:1",
        "grpc://127.0.0.1",
        "127.0.0.1:80",
        "grpc://127.0.0.1:80/1"
      })
  void addressesOfAnotherFormAreRejected(String address) {
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      assertThrows(IllegalArgumentException.class, () -> GrpcRingTransport.attached(address, loop));
    }
  }

  @Test
  void aWildcardIsNoAddressForOthers() {
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      assertThrows(IllegalArgumentException.class, () -> reopen("grpc://0.0.0.0:0", loop));
    }
  }

  @Test
  void aTakenPortIsAnIoException() throws IOException {
    String address = end().transport().address();
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      assertThrows(IOException.class, () -> reopen(address, loop));
    }
  }
}
