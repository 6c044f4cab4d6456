package dev.arpeggio.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Receives from all partitions of one topic, for one subscription. Thread-safe; several threads may
 * share one.
 *
 * <p>Delivery is at least once over consumers. One consumer object is never handed a message twice,
 * unless it released the message: what it holds longer than the owner's lease, or over a change of
 * owner, stays its own, and its acknowledgement goes to whoever owns the partition by then (another
 * consumer of the subscription may have got the message meanwhile). Messages of a partition come in
 * the order of their offsets, except released ones and ones that come back from another consumer.
 */
public interface Consumer extends AutoCloseable {
  /**
   * Waits for a message, at most that long.
   *
   * @return empty if none came in time
   * @throws ArpeggioException for a permanent error such as {@link Reason#TOPIC_NOT_FOUND}, with
   *     {@link Reason#CLOSED} after close, with {@link Reason#INTERRUPTED}, or with {@link
   *     Reason#UNREACHABLE} if the time passed and the consumer has not reached a node since it was
   *     made; it keeps trying. Later losses of connection are no errors
   */
  Optional<ReceivedMessage> receive(Duration timeout);

  /**
   * Waits for a first message, at most that long, and takes what else is there, up to a number.
   *
   * @param max at least 1
   * @return empty if none came in time
   * @throws ArpeggioException as {@link #receive}
   */
  List<ReceivedMessage> receiveBatch(int max, Duration timeout);

  /**
   * Marks a message as processed. Returns at once; acknowledgements travel together, are repeated
   * after a change of owner, and are durable no later than the return of a successful {@link
   * #flushAcknowledgements}. Acknowledging twice has no effect.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void acknowledge(ReceivedMessage message);

  /**
   * Waits until every acknowledgement made before is durable.
   *
   * @throws ArpeggioException with {@link Reason#TIMED_OUT} after that time, with {@link
   *     Reason#INTERRUPTED}, {@link Reason#CLOSED}, or the permanent error that ended the consumer
   */
  void flushAcknowledgements(Duration timeout);

  /**
   * Gives a message back: the subscription delivers it again at once, here or to another consumer.
   * No effect on a message that is not held.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void release(ReceivedMessage message);

  /**
   * Waits until the acknowledgements are durable, at most for the request time-out, and ends the
   * streams; what is not acknowledged goes back to the subscription. Repeating it has no effect.
   */
  @Override
  void close();
}
