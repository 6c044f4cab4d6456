package dev.arpeggio.node.cli;

import picocli.CommandLine.TypeConversionException;

/**
 * An address to listen on.
 *
 * @param host an IPv6 address without its brackets
 */
record HostAndPort(String host, int port) {
  /**
   * Reads {@code host:port}; an IPv6 host stands in brackets.
   *
   * @throws TypeConversionException if it is nothing of the kind
   */
  static HostAndPort of(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new TypeConversionException("'" + text + "': write an IPv6 address in brackets");
    }
    int port = port(text.substring(colon + 1));
    if (host.isEmpty() || port < 0) {
      throw new TypeConversionException("'" + text + "' is not HOST:PORT");
    }
    return new HostAndPort(host, port);
  }

  /** The same host, some ports further. */
  HostAndPort plus(int ports) {
    return new HostAndPort(host, port + ports);
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}")) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= 65_535 ? port : -1;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
