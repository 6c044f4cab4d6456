package dev.arpeggio.chord.transport.grpc;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The parts of {@code grpc://host:port}.
 *
 * @param host a name or an IP address, IPv6 in brackets
 * @param port 0 to 65535
 */
record GrpcAddress(String host, int port) {
  static final String SCHEME = "grpc";

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static GrpcAddress parse(String address) {
    try {
      return of(new URI(address));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(address + " is not of the form grpc://host:port", e);
    }
  }

  static GrpcAddress of(URI uri) {
    String host = uri.getHost();
    if (!SCHEME.equals(uri.getScheme())
        || host == null
        || !uri.getPath().isEmpty()
        || uri.getPort() < 0
        || uri.getPort() > 65535) {
      throw new IllegalArgumentException(uri + " is not of the form grpc://host:port");
    }
    return new GrpcAddress(host, uri.getPort());
  }

  @Override
  public String toString() {
    return SCHEME + "://" + host + ":" + port;
  }
}
