package dev.arpeggio.chord.transport;

/**
 * What both ends of a call must agree on; it travels with every request.
 *
 * @param ringName the ring's name
 * @param idBits width of its identifiers
 * @param protocolVersion version of the messages and of their meaning
 */
public record Handshake(String ringName, int idBits, int protocolVersion) {
  /** The version that this code speaks. */
  public static final int CURRENT_VERSION = 1;
}
