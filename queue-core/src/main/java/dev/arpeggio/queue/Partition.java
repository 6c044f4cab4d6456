package dev.arpeggio.queue;

import java.util.List;

/** A partition at the node that owns it. Belongs to the context's loop. */
public final class Partition {
  public Partition(
      OwnerContext context, PartitionId id, TopicConfig config, PartitionListener listener) {}

  /**
   * Takes the partition over, whoever owns it. Call once.
   *
   * @param done fails with TOPIC_NOT_FOUND, PARTITION_NOT_FOUND, NOT_OWNER (another node was
   *     faster), STORE_CORRUPT, STORE_UNAVAILABLE; after a failure, the object is of no use
   */
  public void open(Completion<Epoch> done) {
    Skeleton.missing();
  }

  /**
   * Publishes a batch; succeeds when it is durable. Batches of one producer are stored in the order
   * of the calls; after one failed, its producer must not go on with later ones.
   *
   * @param done fails with INVALID_ARGUMENT, MESSAGE_TOO_LARGE, OUT_OF_SEQUENCE, LIMIT_EXCEEDED,
   *     NOT_OWNER, STORE_UNAVAILABLE; with OUTCOME_UNKNOWN if the batch may be stored: a repeat is
   *     then recognised
   */
  public void append(Batch batch, Completion<Appended> done) {
    Skeleton.missing();
  }

  /** Bytes accepted and not yet committed. */
  public long pendingBytes() {
    return Skeleton.missing();
  }

  /**
   * Attaches a consumer, which gets nothing before it has given credit. Creates the subscription at
   * the earliest retained message if it does not exist. A consumer with the same id is replaced:
   * its leases end, its sink is closed.
   *
   * @param done fails with INVALID_NAME, LIMIT_EXCEEDED (too many subscriptions or consumers),
   *     NOT_OWNER, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void attach(
      String subscription, ConsumerId id, ConsumerSink sink, Completion<ConsumerHandle> done) {
    Skeleton.missing();
  }

  /**
   * These messages are processed, whoever holds their leases; again is no error.
   *
   * @param done succeeds when that is durable; fails with INVALID_ARGUMENT (no such subscription or
   *     offset), LIMIT_EXCEEDED, NOT_OWNER, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void acknowledge(String subscription, List<OffsetRange> ranges, Completion<Done> done) {
    Skeleton.missing();
  }

  public PartitionStats stats() {
    return Skeleton.missing();
  }

  /**
   * Hands over gracefully: from now on refuses everything with NOT_OWNER, closes the sinks and
   * commits what was accepted.
   *
   * @param done runs once, when that is durable or the time for it is over; the listener is not
   *     told
   */
  public void release(Runnable done) {
    Skeleton.missing();
  }
}
