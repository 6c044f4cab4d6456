package dev.arpeggio.node.cli.ring;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Tells why an address did not answer as a node: gRPC says much the same of all reasons. */
final class PortProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private PortProbe() {}

  /**
   * Tries whether anything accepts a connection there.
   *
   * @param failure what the call to a node came to
   */
  static String explain(String address, String failure) {
    HostAndPort target = HostAndPort.fromString(address);
    InetSocketAddress resolved = new InetSocketAddress(target.getHost(), target.getPort());
    if (resolved.isUnresolved()) {
      return address + ": no host of that name is known";
    }
    try (Socket socket = new Socket()) {
      socket.connect(resolved, Math.toIntExact(TIMEOUT.toMillis()));
      return address
          + ": something listens, but it is not a node or does not answer as one: "
          + failure;
    } catch (IOException e) {
      return address + ": nobody listens, or the way there is barred: " + e.getMessage();
    }
  }
}
