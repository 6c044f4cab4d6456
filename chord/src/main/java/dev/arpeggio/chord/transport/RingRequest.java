package dev.arpeggio.chord.transport;

/**
 * One call from node to node.
 *
 * @param handshake the ring that the caller belongs to
 * @param query what it asks
 */
public record RingRequest(Handshake handshake, RingQuery query) {}
