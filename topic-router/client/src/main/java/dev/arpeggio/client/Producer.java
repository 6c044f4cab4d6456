package dev.arpeggio.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes to one topic. Thread-safe.
 *
 * <p>Messages that one thread sends to one partition are stored in the order of the calls, once
 * each, over reconnections and changes of owner. Messages with a key go to partition {@link
 * Partitioning#ofKey}; those without go to one partition per batch, in turn.
 */
public interface Producer extends AutoCloseable {
  /**
   * Sends a message. Returns at once, unless the producer holds its bound of unconfirmed bytes:
   * then it waits for room, at most the request time-out.
   *
   * <p>The future completes on an internal thread once the message is durable: keep what depends on
   * it short, or hand it to an executor of your own. It completes with an {@link
   * ArpeggioException}: at once for a permanent error ({@link Reason#MESSAGE_TOO_LARGE}, {@link
   * Reason#TOPIC_NOT_FOUND} and so on); with {@link Reason#CLOSED} after close; with {@link
   * Reason#TIMED_OUT} if there was no room in time, or if the delivery time-out passed and the
   * message never left; with {@link Reason#OUTCOME_UNKNOWN} if it left and was not confirmed in
   * time; with {@link Reason#NOT_HEARD} if the topic's ownership is exclusive and another producer
   * has the key. Cancelling the future has no effect on the message.
   *
   * <p>A best-effort producer never waits: where there is no room, the message is dropped. Its
   * futures complete once the owner has taken or dropped the message, before it is durable, and
   * without an offset; with {@link Reason#DROPPED} if it was dropped on its way. All drops are
   * counted by {@link #dropped}.
   */
  CompletableFuture<Confirmation> send(Message message);

  /**
   * Changes the strength with which it is heard in a topic whose ownership is exclusive, for what
   * is sent from now on. Returns at once.
   *
   * @throws IllegalArgumentException if it is negative
   */
  void changeStrength(int strength);

  /** How many messages of a best-effort producer were dropped so far, as far as it knows. */
  long dropped();

  /**
   * Waits until everything sent before is confirmed or has failed; how, the futures tell. After the
   * delivery time-out, all of it has.
   *
   * @throws ArpeggioException with {@link Reason#INTERRUPTED}
   */
  void flush();

  /**
   * The same, at most for that time.
   *
   * @throws ArpeggioException with {@link Reason#TIMED_OUT} after that time, with {@link
   *     Reason#INTERRUPTED}
   */
  void flush(Duration timeout);

  /**
   * Flushes, at most for the request time-out, then fails what is left and releases the streams.
   * Repeating it has no effect.
   */
  @Override
  void close();
}
