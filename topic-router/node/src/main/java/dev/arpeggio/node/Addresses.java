package dev.arpeggio.node;

import com.google.common.net.HostAndPort;
import dev.arpeggio.node.NodeStartException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Where a node listens and by which name others reach it.
 *
 * @param bind what the server binds
 * @param advertised host:port for others
 */
record Addresses(InetSocketAddress bind, String advertised) {

  private static final String NOT_AN_ADDRESS =
      "is not HOST:PORT; give something like 127.0.0.1:7411";

  static Addresses of(NodeOptions options) throws NodeStartException {
    HostAndPort listen = parse("--listen", options.listen(), true);
    InetSocketAddress bind = new InetSocketAddress(listen.getHost(), listen.getPort());
    if (bind.isUnresolved()) {
      throw invalid(
          "--listen", options.listen(), "names an unknown host; give an address of this machine");
    }
    requirePrivate(options, bind.getAddress());
    if (listen.getPort() == 0) {
      bind = new InetSocketAddress(bind.getAddress(), freePort(bind.getAddress()));
    }
    if (options.advertise().isPresent()) {
      return new Addresses(bind, parse("--advertise", options.advertise().get(), false).toString());
    }
    if (bind.getAddress().isAnyLocalAddress()) {
      throw invalid(
          "--listen",
          options.listen(),
          "names every interface; say with --advertise HOST:PORT how others reach this node");
    }
    return new Addresses(bind, HostAndPort.fromParts(listen.getHost(), bind.getPort()).toString());
  }

  private static void requirePrivate(NodeOptions options, InetAddress address)
      throws NodeStartException {
    if (address.isLoopbackAddress() || options.security().plaintextAnywhere()) {
      return;
    }
    if (options.security().tls().isEmpty()) {
      throw invalid(
          "--listen",
          options.listen(),
          "would be open to others in plain text; give --tls-cert, --tls-key and --tls-ca, listen"
              + " on 127.0.0.1, or say --plaintext anywhere");
    }
    if (options.embeddedZooKeeper().isPresent()) {
      throw invalid(
          "--listen",
          options.listen(),
          "would open the embedded ZooKeeper, which has no TLS, to others too; run ZooKeeper by"
              + " itself, or say --plaintext anywhere");
    }
  }

  static String seed(String value) throws NodeStartException {
    return parse("--seed", value, false).toString();
  }

  private static HostAndPort parse(String setting, String value, boolean zeroAllowed)
      throws NodeStartException {
    HostAndPort parsed;
    try {
      parsed = HostAndPort.fromString(value);
    } catch (IllegalArgumentException e) {
      throw invalid(setting, value, NOT_AN_ADDRESS);
    }
    if (!parsed.hasPort() || parsed.getHost().isEmpty()) {
      throw invalid(setting, value, NOT_AN_ADDRESS);
    }
    if (parsed.getPort() == 0 && !zeroAllowed) {
      throw invalid(setting, value, "has port 0; give one of 1 to 65535");
    }
    return parsed;
  }

  private static NodeStartException invalid(String setting, String value, String why) {
    return new NodeStartException(Kind.INVALID, setting + " " + value + " " + why);
  }

  private static int freePort(InetAddress address) throws NodeStartException {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new NodeStartException(
          Kind.INVALID,
          "--listen: "
              + address.getHostAddress()
              + " is no address of this machine; give one that is");
    }
  }
}
