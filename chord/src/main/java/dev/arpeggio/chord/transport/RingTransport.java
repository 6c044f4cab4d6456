package dev.arpeggio.chord.transport;

import java.time.Duration;

/**
 * Carries calls between nodes. An implementation belongs to one {@link
 * dev.arpeggio.chord.EventLoop} and hands everything it hears to that loop. Every method may be
 * called from any thread.
 */
public interface RingTransport extends AutoCloseable {
  /** The URI at which other nodes reach this one. */
  String address();

  /**
   * Answers calls from now on; before, they are refused as {@link RefusalReason#NOT_MEMBER}. To be
   * called once.
   *
   * @throws IllegalStateException if called twice
   */
  void serve(RequestHandler handler);

  /**
   * Calls the node at an address, which may be a {@link Position} of a daemon. Never throws for an
   * operating error: what fails, fails through the callback, exactly once and on the loop, within
   * about {@code timeout}. Calls under way when the transport closes fail as {@link
   * CallFailure.Unreachable}.
   */
  void call(String address, RingRequest request, Duration timeout, ResponseCallback callback);

  /** Stops answering and calling, and frees every resource. Idempotent. */
  @Override
  void close();
}
