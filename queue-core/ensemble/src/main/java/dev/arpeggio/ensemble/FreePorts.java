package dev.arpeggio.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.TreeSet;

/**
 * Ports that were free a moment ago. Taken from below the range from which systems give ports to
 * outgoing connections: the port of a server that is down for a while would soon be taken there.
 * Not thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int LAST = 31_999;
  private static final int ATTEMPTS = 1_000;

  private final Random random = new Random();
  private final TreeSet<Integer> given = new TreeSet<>();

  /**
   * One that was not given before.
   *
   * @throws IOException if none is found
   */
  public int next() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = FIRST + random.nextInt(LAST - FIRST + 1);
      if (!given.contains(port) && isFree(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IOException("no free port found between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      // Taken: that is the question.
      return false;
    }
  }
}
