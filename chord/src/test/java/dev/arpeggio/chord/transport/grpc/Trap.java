package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port whose first connections are taken and never answered, as when the peer behind them was
 * lost without a word; those after them lead to a real node.
 */
final class Trap implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> held = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch connected = new CountDownLatch(1);

  /**
   * Opens the port.
   *
   * @param swallowed how many connections are not answered
   * @param behind the address of the real node
   */
  Trap(int swallowed, String behind) throws IOException {
    URI node = URI.create(behind);
    start(
        () -> {
          while (true) {
            Socket outer = hold(listening.accept());
            boolean swallow = accepted.incrementAndGet() <= swallowed;
            connected.countDown();
            if (!swallow) {
              Socket inner = hold(new Socket(node.getHost(), node.getPort()));
              start(() -> pump(outer, inner));
              start(() -> pump(inner, outer));
            }
          }
        });
  }

  String address() {
    return "grpc://127.0.0.1:" + listening.getLocalPort();
  }

  void awaitConnection() throws InterruptedException {
    assertTrue(connected.await(60, TimeUnit.SECONDS));
  }

  /** Connections so far. */
  int accepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    try {
      listening.close();
      synchronized (held) {
        for (Socket socket : held) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket hold(Socket socket) {
    synchronized (held) {
      held.add(socket);
    }
    return socket;
  }

  private static void pump(Socket from, Socket to) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[4096];
    for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
      out.write(bytes, 0, read);
    }
  }

  private interface Plumbing {
    void run() throws IOException;
  }

  private static void start(Plumbing plumbing) {
    Thread thread =
        new Thread(
            () -> {
              try {
                plumbing.run();
              } catch (IOException closed) {
                // One of the two sockets was closed: this is how a pump ends.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
