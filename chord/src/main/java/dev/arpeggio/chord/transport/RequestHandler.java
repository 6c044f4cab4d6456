package dev.arpeggio.chord.transport;

/** Answers the calls of others, on the loop, at once. */
public interface RequestHandler {
  RingResponse handle(RingRequest request);
}
