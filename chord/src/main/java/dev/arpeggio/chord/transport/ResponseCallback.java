package dev.arpeggio.chord.transport;

/**
 * Receives the end of one call: exactly one of the methods is called, once, on the caller's loop.
 */
public interface ResponseCallback {
  /** Never called with {@link RingResponse.Refused}: that is a failure. */
  void succeeded(RingResponse response);

  void failed(CallFailure failure);
}
