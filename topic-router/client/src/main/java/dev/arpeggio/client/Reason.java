package dev.arpeggio.client;

/**
 * Why a call failed. The first group is the server's, by the same names as in the wire protocol;
 * the second is the library's own.
 */
public enum Reason {
  /** The server gave no reason, or one that this version of the library does not know. */
  UNKNOWN(false),
  /** A field is absent, malformed or out of range. Details: field. */
  INVALID_ARGUMENT(false),
  /** A name breaks the rule for names. Details: name. */
  INVALID_NAME(false),
  /** Details: topic. */
  TOPIC_NOT_FOUND(false),
  /** Details: topic. */
  TOPIC_ALREADY_EXISTS(false),
  /** Details: topic, partition. */
  PARTITION_NOT_FOUND(false),
  /** A message is larger than the topic allows. Details: size, limit (bytes). */
  MESSAGE_TOO_LARGE(false),
  /** The topic is at its limit. Details: limit, retry_after_ms. */
  LIMIT_EXCEEDED(true),
  /**
   * Another node serves the partition. Details: topic, partition, and where known owner and epoch.
   */
  NOT_OWNER(true),
  /** The node has not joined the ring yet, or a lookup failed. */
  RING_UNAVAILABLE(true),
  /** ZooKeeper cannot be reached or lost its quorum. */
  STORE_UNAVAILABLE(true),
  /** A write may or may not have taken effect. */
  OUTCOME_UNKNOWN(true),
  /** A znode holds what no version of Arpeggio wrote. Details: path. */
  STORE_CORRUPT(false),
  /** ZooKeeper's access control refuses the node. Details: path. */
  STORE_FORBIDDEN(false),
  /** The node is shutting down. */
  DRAINING(true),
  /** A defect of the server; its log has the details. */
  INTERNAL(false),
  /** The subscription admits no further consumer. Details: subscription. */
  SUBSCRIPTION_BUSY(false),
  /** A batch overlaps an earlier one without repeating it. Details: expected, received. */
  OUT_OF_SEQUENCE(false),
  /** The subscription was moved by a seek; consumers go on from there. Details: subscription. */
  SUBSCRIPTION_MOVED(true),
  /**
   * Somebody else has changed the topic meanwhile. Details: topic, and where known version. Look at
   * it again before you repeat the change.
   */
  TOPIC_CHANGED(false),
  /**
   * The topic has another number of partitions by now, and keys may belong to others; not stored.
   * Details: topic, and where known partitions. Producers and consumers see to it themselves.
   */
  PARTITIONS_CHANGED(true),
  /**
   * The node wants to know who calls, and the call showed nothing that is good, or no longer; or a
   * token was not sent because others could have read it.
   */
  UNAUTHENTICATED(false),
  /** The caller may not do that. Details: principal, action, and where there is one, topic. */
  PERMISSION_DENIED(false),
  /**
   * What is offered does not meet what is requested: by a producer and its topic, or by a topic and
   * its consumer. Details: policy, offered, requested.
   */
  QOS_MISMATCH(false),

  /** No answer within the time allowed, and nothing took effect. */
  TIMED_OUT(true),
  /**
   * Another producer of the topic is heard for the message's key, and the message was dropped.
   * Details: topic, partition.
   */
  NOT_HEARD(false),
  /** A best-effort message was dropped, as there was no room or no connection. */
  DROPPED(true),
  /** The client, producer or consumer was closed before or during the call. */
  CLOSED(false),
  /** No node answered. Details: addresses, and tls where that is what failed. */
  UNREACHABLE(true),
  /** The calling thread was interrupted while it waited; its interrupt flag is set again. */
  INTERRUPTED(true);

  private final boolean retryable;

  Reason(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same call may succeed later. */
  public boolean isRetryable() {
    return retryable;
  }
}
