package dev.arpeggio.chord.transport;

/**
 * An address taken apart: {@code grpc://host:port/2} is position 2 of the daemon at {@code
 * grpc://host:port}, which itself is the address of position 0.
 *
 * @param daemon what a transport listens at
 * @param number 0 to {@link #MAX}
 */
public record Position(String daemon, int number) {
  /** Highest number of a position. */
  public static final int MAX = 1023;

  /** Takes an address apart; one with another kind of path is a daemon's, as it stands. */
  public static Position of(String address) {
    int slash = slash(address);
    if (slash < 0) {
      return new Position(address, 0);
    }
    int number = 0;
    int digits = address.length() - slash - 1;
    for (int i = slash + 1; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c < '0' || c > '9' || digits > 4) {
        return new Position(address, 0);
      }
      number = number * 10 + (c - '0');
    }
    return number == 0 || number > MAX
        ? new Position(address, 0)
        : new Position(address.substring(0, slash), number);
  }

  /** Whether an address is that of a daemon, and so of its position 0. */
  public static boolean isDaemon(String address) {
    return slash(address) < 0;
  }

  /** The address of the daemon that an address belongs to. */
  public static String daemonOf(String address) {
    int slash = slash(address);
    return slash < 0 ? address : address.substring(0, slash);
  }

  /** The address. */
  @Override
  public String toString() {
    return number == 0 ? daemon : daemon + "/" + number;
  }

  private static int slash(String address) {
    int authority = address.indexOf("://");
    return authority < 0 ? -1 : address.indexOf('/', authority + 3);
  }
}
