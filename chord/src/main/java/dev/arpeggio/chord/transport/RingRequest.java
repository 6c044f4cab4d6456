package dev.arpeggio.chord.transport;

/**
 * One call from node to node.
 *
 * @param handshake the ring that the caller belongs to
 * @param query what it asks
 * @param position which node of the daemon called is meant; filled in by the transport, from the
 *     address called
 */
public record RingRequest(Handshake handshake, RingQuery query, int position) {
  /** A call as the caller makes it. */
  public RingRequest(Handshake handshake, RingQuery query) {
    this(handshake, query, 0);
  }

  /** The same to one of the nodes of a daemon. */
  public RingRequest at(int number) {
    return new RingRequest(handshake, query, number);
  }
}
