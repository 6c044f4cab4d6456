package dev.arpeggio.client;

/**
 * A message that was looked at, and is where it was.
 *
 * @param state where it is, for the subscription that was asked about
 * @param message as a consumer would get it
 */
public record PeekedMessage(State state, ReceivedMessage message) {
  /** Where a message is. */
  public enum State {
    /** A newer node said something that this version does not know. */
    UNKNOWN,
    /** In the log; asked without a subscription. */
    RETAINED,
    /** It can be delivered, or waits for the time that its publisher set. */
    READY,
    /** It came back, and waits for its time. */
    WAITING,
    /** It is with a consumer. */
    LEASED,
    /** It is on its way to another topic. */
    MOVING
  }
}
