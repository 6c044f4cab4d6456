package dev.arpeggio.client;

/** A producer or a consumer, as the client that made it ends it. */
interface Endpoint {
  /**
   * Closes in an orderly way, waiting until that time at most. Not on the loop. No effect if
   * closed.
   */
  void close(long deadlineNanos);

  /** Fails everything at once. On the loop. */
  void abort(ArpeggioException reason);
}
