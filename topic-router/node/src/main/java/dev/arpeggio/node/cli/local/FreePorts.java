package dev.arpeggio.node.cli.local;

import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that nobody listens on. They lie below those that operating systems give to outgoing
 * connections: a killed node must find its port free when it is started again.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int RANGE = 12_000;

  private FreePorts() {}

  /** Finds some, each different; where to begin is left to the process id, so that demos differ. */
  public static List<Integer> find(int number) {
    List<Integer> ports = new ArrayList<>();
    int begin = (int) (ProcessHandle.current().pid() * 7 % RANGE);
    for (int i = 0; i < RANGE && ports.size() < number; i++) {
      int port = FIRST + (begin + i) % RANGE;
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < number) {
      throw new Failure(
          ExitCode.FAILED,
          "no free ports from " + FIRST + " to " + (FIRST + RANGE - 1),
          "end what listens there");
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
