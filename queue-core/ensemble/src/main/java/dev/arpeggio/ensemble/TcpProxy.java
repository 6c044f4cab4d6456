package dev.arpeggio.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Passes TCP connections on to one port of this machine, as well or as badly as it is told. Its own
 * port stays the same for its whole life. Thread-safe.
 *
 * <p>What is held is not lost: it arrives when the hold ends, if the connection is still there
 * then. A delay is the least that each piece of data takes, in each direction.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;

  private final int targetPort;
  private final ServerSocket listener;
  private final Gate toServer = new Gate();
  private final Gate toClient = new Gate();
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;
  private volatile boolean closed;

  private TcpProxy(int targetPort, ServerSocket listener) {
    this.targetPort = targetPort;
    this.listener = listener;
  }

  /** A proxy on a free port of the loopback interface. */
  public static TcpProxy to(int targetPort) throws IOException {
    var proxy = new TcpProxy(targetPort, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon("proxy-" + targetPort, proxy::acceptAll);
    return proxy;
  }

  /** Where to connect instead. */
  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections pass now. */
  public int connections() {
    return (int) links.stream().filter(Link::isOpen).count();
  }

  /** Ends every connection with a reset, on both sides. New ones are let through. */
  public void cut() {
    for (Link link : new ArrayList<>(links)) {
      link.reset();
    }
  }

  /** Ends every connection, and every new one at once, with a reset, until {@link #heal()}. */
  public void refuse() {
    refusing = true;
    cut();
  }

  /** What clients send does not arrive, until {@link #heal()}. */
  public void holdToServer() {
    toServer.close();
  }

  /** What the server sends does not arrive, until {@link #heal()}. */
  public void holdToClient() {
    toClient.close();
  }

  /** Nothing arrives, until {@link #heal()}. */
  public void hold() {
    holdToServer();
    holdToClient();
  }

  /** Everything arrives later, in both directions, until {@link #heal()}. */
  public void delay(Duration delay) {
    toServer.delay(delay);
    toClient.delay(delay);
  }

  /** Lets everything through again, also what is held. */
  public void heal() {
    refusing = false;
    delay(Duration.ZERO);
    toServer.open();
    toClient.open();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    refuse();
    toServer.open();
    toClient.open();
  }

  private void acceptAll() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        daemon("proxy-link-" + targetPort, () -> connect(client));
      } catch (IOException e) {
        if (!closed) {
          throw new IllegalStateException("the proxy for port " + targetPort + " failed", e);
        }
      }
    }
  }

  private void connect(Socket client) {
    var server = new Socket();
    var link = new Link(client, server);
    links.add(link);
    try {
      if (!refusing) {
        client.setTcpNoDelay(true);
        server.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), CONNECT_MILLIS);
        server.setTcpNoDelay(true);
        var back = daemon("proxy-back-" + targetPort, () -> link.pump(server, client, toClient));
        link.pump(client, server, toServer);
        back.join();
        link.close();
      }
    } catch (IOException e) {
      // Nobody is there: the client is told so below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.reset();
      links.remove(link);
    }
  }

  private static Thread daemon(String name, Runnable task) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** One connection, which ends on both sides when it ends on one. */
  private record Link(Socket client, Socket server) {
    private static final int BUFFER_BYTES = 1 << 16;

    void pump(Socket from, Socket to, Gate gate) {
      var buffer = new byte[BUFFER_BYTES];
      try {
        var in = from.getInputStream();
        var out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          gate.pass();
          out.write(buffer, 0, read);
        }
        // A hold keeps the end of a connection back, too.
        gate.pass();
        to.shutdownOutput();
      } catch (IOException e) {
        // One side is gone; so is the other then.
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    boolean isOpen() {
      return !client.isClosed();
    }

    void close() throws IOException {
      client.close();
      server.close();
    }

    void reset() {
      reset(client);
      reset(server);
    }

    private static void reset(Socket socket) {
      try {
        if (!socket.isClosed()) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException e) {
        // Closed this very moment.
      }
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException("cannot close a socket", e);
      }
    }
  }
}
