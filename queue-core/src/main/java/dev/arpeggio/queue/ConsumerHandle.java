package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;

/**
 * One consumer's end of a subscription. Belongs to the partition's loop. After the sink was closed,
 * calls do nothing or fail.
 */
public interface ConsumerHandle {
  /** Allows that many more messages, at least 1. The sum of what is open saturates at a million. */
  void credit(int messages);

  /** The sink is ready again. */
  void resume();

  /**
   * These messages are processed. Acknowledging again is no error; whoever held the lease.
   *
   * @param done succeeds when that is durable; fails with SUBSCRIPTION_MOVED if the subscription
   *     was moved since this consumer attached
   */
  void acknowledge(List<OffsetRange> ranges, Completion<Done> done);

  /**
   * These messages go back to the subscription at once, as far as this consumer holds their leases.
   * Nobody has looked at them: the delivery does not count.
   */
  void release(List<OffsetRange> ranges);

  /**
   * These messages could not be processed, as far as this consumer holds their leases: they are
   * delivered again after the backoff of the topic, or are dead letters if that was their last
   * delivery.
   */
  void retryLater(List<OffsetRange> ranges);

  /**
   * As {@link #retryLater(List)}, with a wait of the consumer's own.
   *
   * @param delay zero to {@link TopicConfig#LONGEST_LEASE}
   * @throws QueueException INVALID_ARGUMENT; then nothing has changed
   */
  void retryLater(List<OffsetRange> ranges, Duration delay) throws QueueException;

  /**
   * These messages will never be processed, as far as this consumer holds their leases: they are
   * dead letters, however often they were delivered.
   *
   * @param reason for those who look at the dead letters, up to 256 characters
   * @param done succeeds when it is durable that they will be moved; fails with INVALID_ARGUMENT,
   *     or LIMIT_EXCEEDED (too many are on their way), and then nothing has changed; with
   *     NOT_OWNER, OUTCOME_UNKNOWN
   */
  void reject(List<OffsetRange> ranges, String reason, Completion<Done> done);

  /**
   * The leases that this consumer holds on these messages end that long from now, unless they end
   * later anyway.
   *
   * @param duration 1 ms to {@link TopicConfig#LONGEST_LEASE}
   * @return how many of the messages this consumer holds; the others may be with somebody else
   * @throws QueueException INVALID_ARGUMENT; then nothing has changed
   */
  long extend(List<OffsetRange> ranges, Duration duration) throws QueueException;

  /** No more deliveries; what is leased goes back at once. */
  void close();

  /**
   * No more deliveries; what is leased stays so until it is acknowledged or its lease ends. For
   * calls without a stream.
   */
  void detach();
}
