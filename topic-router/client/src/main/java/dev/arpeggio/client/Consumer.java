package dev.arpeggio.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Receives from all partitions of one topic, or of several ({@link Topics}), for one subscription.
 * Thread-safe; several threads may share one.
 *
 * <p>Delivery is at least once over consumers. One consumer object is never handed a message twice,
 * unless it gave the message back (release, retry, reject): what it holds longer than the owner's
 * lease, or over a change of owner, stays its own, and its acknowledgement goes to whoever owns the
 * partition by then (another consumer of the subscription may have got the message meanwhile).
 * Messages of a partition come in the order of their priorities, those of one priority in the order
 * of their offsets; except that those that were given back, and those that come back from another
 * consumer, come later than others did.
 *
 * <p>When an administrator moves the subscription, the consumer goes on from there: what it holds
 * is held no more, and what comes again is handed out again. The same holds for a topic that was
 * found by a pattern and is deleted: it is left, and joined again should it come back.
 */
public interface Consumer extends AutoCloseable {
  /** The longest delay of a {@link #retry(ReceivedMessage, Duration)}, and extension of a lease. */
  Duration LONGEST_WAIT = Duration.ofDays(1);

  /** The longest reason of a {@link #reject}, in characters. */
  int MAX_REASON_LENGTH = 256;

  /** The most receives that may wait without a thread. */
  int MAX_WAITING = 1_000;

  /** The topics that are consumed now, in alphabetical order. */
  List<String> topics();

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
   * Takes what is there, up to a number, as soon as there is a message: {@link #receiveBatch}
   * without a thread that waits. There is no time-out: the future completes when messages come, or
   * exceptionally as {@link #receive} throws once the consumer has ended. Ask for the next messages
   * when these are dealt with, and no more come than can be.
   *
   * <p>It completes on an internal thread: keep what depends on it short, and wait there for
   * nothing of this client, or hand it to an executor of your own. A message that comes just after
   * its future was cancelled, or completed by a time-out of its own, is released.
   *
   * @param max at least 1
   * @return fails at once with {@link Reason#LIMIT_EXCEEDED} if {@link #MAX_WAITING} wait already
   */
  CompletableFuture<List<ReceivedMessage>> receiveAsync(int max);

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
   * Says that a message could not be processed: it is delivered again after the topic's backoff,
   * here or to another consumer, or is a dead letter if it was delivered as often as the topic
   * allows. Returns at once. If the connection breaks just then, the message may come back at once
   * and not be counted. No effect on a message that is not held.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void retry(ReceivedMessage message);

  /**
   * The same with a delay of its own.
   *
   * @param delay zero to {@link #LONGEST_WAIT}, counted in milliseconds
   * @throws IllegalArgumentException if it is not
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void retry(ReceivedMessage message, Duration delay);

  /**
   * Says that a message will never be processed: it is a dead letter, however often it was
   * delivered. Returns at once. If the connection breaks just then, or the topic for dead letters
   * takes no more, the message may come back instead. No effect on a message that is not held.
   *
   * @param reason for those who look at the dead letters, up to {@link #MAX_REASON_LENGTH}
   *     characters
   * @throws IllegalArgumentException if it is longer
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void reject(ReceivedMessage message, String reason);

  /**
   * Keeps a message for longer: its lease ends that long from now, unless it ends later anyway.
   * Returns at once. If the lease is over already, or the connection breaks just then, another
   * consumer may get the message too. No effect on a message that is not held.
   *
   * @param time 1 ms to {@link #LONGEST_WAIT}, counted in milliseconds
   * @throws IllegalArgumentException if it is not
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  void extend(ReceivedMessage message, Duration time);

  /**
   * Waits until the acknowledgements are durable, at most for the request time-out, and ends the
   * streams; what is not acknowledged goes back to the subscription, and so does what was received
   * by nobody. Receives that wait end with {@link Reason#CLOSED}. Repeating it has no effect.
   */
  @Override
  void close();
}
