package dev.arpeggio.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends requests to one topic and gets the replies to them from another. Thread-safe.
 *
 * <p>Requests and replies are ordinary messages: requests wait for their responders and survive
 * nodes, a request whose responder failed is delivered to another, and a responder may so do
 * something twice. Two headers make them belong together: {@link #REPLY_TO} and {@link
 * #CORRELATION}, which {@link Responder} copies.
 *
 * <p>Any number of requesters may share a topic of replies. Each reads all of it, in a subscription
 * of its own, which {@link #close} deletes. The subscription of a requester that was killed keeps
 * its replies until they expire: give the topic an expiry.
 */
public interface Requester extends AutoCloseable {
  /** The header that names the topic for the reply, as text. */
  String REPLY_TO = "arpeggio-reply-to";

  /** The header by which the requester recognises the reply, as text. */
  String CORRELATION = "arpeggio-correlation";

  /** The most requests of one requester that wait for their replies. */
  int MAX_OUTSTANDING = 10_000;

  /**
   * Sends a request. Waits for room as {@link Producer#send} does, and for nothing else.
   *
   * <p>The future completes on an internal thread with the first reply: keep what depends on it
   * short, or hand it to an executor of your own. It completes with an {@link ArpeggioException}:
   * with {@link Reason#TIMED_OUT} if none came in time (the request may still be answered, which is
   * then nobody's reply), with whatever kept the request from being sent, with {@link
   * Reason#LIMIT_EXCEEDED} if {@link #MAX_OUTSTANDING} wait already, with {@link Reason#CLOSED}.
   * Cancelling it makes the reply nobody's.
   *
   * @param timeout how long to wait for the reply, at most a day
   * @throws IllegalArgumentException if the time-out is not positive or longer than a day
   */
  CompletableFuture<ReceivedMessage> request(Message request, Duration timeout);

  /**
   * Fails what waits, and deletes the subscription; waits for that at most as long as closing a
   * producer and a consumer does, and the request time-out for each partition of the topic of
   * replies. To be called before the client is closed. Repeating it has no effect.
   */
  @Override
  void close();
}
