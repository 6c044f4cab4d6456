package dev.arpeggio.ensemble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes pass as they are told, between a client and a server that is played by the test. */
class TcpProxyTest {
  private static final int A_WHILE_MILLIS = 200;
  private static final int PATIENCE_MILLIS = 60_000;

  private ServerSocket server;
  private TcpProxy proxy;
  private Socket client;
  private Socket served;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setSoTimeout(PATIENCE_MILLIS);
    proxy = TcpProxy.to(server.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    served = server.accept();
    client.setSoTimeout(PATIENCE_MILLIS);
    served.setSoTimeout(PATIENCE_MILLIS);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
    served.close();
    proxy.close();
    server.close();
  }

  private static void assertPasses(int content, Socket from, Socket to) throws IOException {
    from.getOutputStream().write(content);
    assertEquals(content, to.getInputStream().read());
  }

  private static void assertHeld(int content, Socket from, Socket to) throws IOException {
    from.getOutputStream().write(content);
    to.setSoTimeout(A_WHILE_MILLIS);
    assertThrows(SocketTimeoutException.class, () -> to.getInputStream().read());
    to.setSoTimeout(PATIENCE_MILLIS);
  }

  private static void assertReset(Socket socket) {
    assertThrows(
        IOException.class,
        () -> {
          if (socket.getInputStream().read() < 0) {
            throw new AssertionError("ended in order");
          }
        });
  }

  @Test
  void whatIsNotToldOtherwisePassesBothWaysAndEndsInOrder() throws Exception {
    assertPasses(1, client, served);
    assertPasses(2, served, client);
    assertEquals(1, proxy.connections());
    client.close();
    assertEquals(-1, served.getInputStream().read());
  }

  @Test
  void aCutResetsBothSidesAndLetsNewConnectionsThrough() throws Exception {
    proxy.cut();
    assertReset(client);
    assertReset(served);
    assertEquals(0, proxy.connections());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    served = server.accept();
    assertPasses(3, client, served);
  }

  @Test
  void aHoldOfOneDirectionLeavesTheOtherAlone() throws Exception {
    proxy.holdToServer();
    assertHeld(1, client, served);
    assertPasses(2, served, client);
    proxy.heal();
    assertEquals(1, served.getInputStream().read());

    proxy.holdToClient();
    assertPasses(3, client, served);
    assertHeld(4, served, client);
    proxy.heal();
    assertEquals(4, client.getInputStream().read());

    proxy.hold();
    assertHeld(5, client, served);
    assertHeld(6, served, client);
  }

  @Test
  void aRefusalEndsWhatIsThereAndWhatComes() throws Exception {
    proxy.refuse();
    assertReset(client);
    try (var another = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      assertReset(another);
    }
    proxy.heal();
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    served = server.accept();
    assertPasses(4, client, served);
  }

  @Test
  void aDelayIsTheLeastThatItTakes() throws Exception {
    proxy.delay(Duration.ofMillis(50));
    long start = System.nanoTime();
    assertPasses(1, client, served);
    assertPasses(2, served, client);
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(100).toNanos());
  }

  @Test
  void whoConnectsWhileNobodyListensIsReset() throws Exception {
    server.close();
    try (var another = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      assertReset(another);
    }
  }
}
