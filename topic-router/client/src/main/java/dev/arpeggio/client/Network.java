package dev.arpeggio.client;

import io.grpc.MethodDescriptor;
import java.time.Duration;

/**
 * Port: calls to nodes by their {@code host:port}. Called on the event loop, and calls back on the
 * event loop, never before it returns.
 */
interface Network {
  /** One request, one answer or failure. */
  <Q, R> void call(
      String address, MethodDescriptor<Q, R> method, Q request, Duration timeout, Reply<R> reply);

  /** Opens a stream; a node that cannot be reached shows as {@link StreamListener#ended}. */
  <Q, R> RequestStream<Q> open(
      String address, MethodDescriptor<Q, R> method, StreamListener<R> listener);

  /** Exactly one of its methods is called, once. */
  interface Reply<R> {
    void answered(R response);

    void failed(ArpeggioException failure);
  }

  /** What comes back on a stream. */
  interface StreamListener<R> {
    void received(R response);

    /**
     * The last call, also if the node ended the stream without an error; a stream that was
     * cancelled may or may not make it.
     */
    void ended(ArpeggioException failure);
  }

  /** The sending half of a stream. */
  interface RequestStream<Q> {
    /** Queues the request; what is queued is bounded by the callers' own windows. */
    void send(Q request);

    /** Says that nothing more comes. */
    void finish();

    void cancel();
  }
}
