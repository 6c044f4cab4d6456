package dev.arpeggio.chord;

/**
 * A ring member as the others know it.
 *
 * @param id its place on the circle
 * @param address its transport's URI, for example {@code grpc://127.0.0.1:7001} or {@code
 *     local://a}
 */
public record Peer(RingId id, String address) {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the address is empty
   */
  public Peer {
    if (address.isEmpty()) {
      throw new IllegalArgumentException("a peer needs an address");
    }
  }

  /** The peer at an address, placed by the hash of that address. */
  public static Peer at(IdSpace space, String address) {
    return new Peer(space.hash(address), address);
  }

  @Override
  public String toString() {
    return id + "@" + address;
  }
}
