package dev.arpeggio.client;

import com.google.common.net.HostAndPort;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads addresses as users write them. Stateless. */
final class Addresses {
  private Addresses() {}

  /**
   * The addresses of a list separated by commas, in normal form, without repetitions, in order.
   *
   * @throws IllegalArgumentException if one is malformed or there is none
   */
  static List<String> parse(String list) {
    Set<String> addresses = new LinkedHashSet<>();
    for (String address : list.split(",", -1)) {
      HostAndPort node = parseOne(address.strip());
      addresses.add(node.toString());
    }
    return List.copyOf(addresses);
  }

  /**
   * @throws IllegalArgumentException if it is not {@code host:port}
   */
  static HostAndPort parseOne(String address) {
    HostAndPort node;
    try {
      node = HostAndPort.fromString(address);
    } catch (IllegalArgumentException e) {
      throw malformed(address, e);
    }
    if (node.getHost().isEmpty() || !node.hasPort() || node.getPort() == 0) {
      throw malformed(address, null);
    }
    return node;
  }

  /** For an address that a node sent. */
  static boolean isWellFormed(String address) {
    try {
      parseOne(address);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static IllegalArgumentException malformed(String address, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Malformed address \"" + address + "\": expected host:port, such as localhost:7400", cause);
  }
}
