package dev.arpeggio.queue;

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
   * @param done succeeds when that is durable
   */
  void acknowledge(List<OffsetRange> ranges, Completion<Done> done);

  /**
   * These messages go back to the subscription at once, as far as this consumer holds their leases.
   */
  void release(List<OffsetRange> ranges);

  /** No more deliveries; what is leased goes back at once. */
  void close();

  /**
   * No more deliveries; what is leased stays so until it is acknowledged or its lease ends. For
   * calls without a stream.
   */
  void detach();
}
