package dev.arpeggio.queue;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An operation failed for a reason that its caller can act on. Immutable; carries no stack trace,
 * since it reports a state of the world and is frequent exactly when the system is loaded.
 */
public final class QueueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why an operation failed. */
  public enum Reason {
    /** A topic, subscription or node name breaks the rule for names. Details: name. */
    INVALID_NAME(false),
    /** Details: field. */
    INVALID_ARGUMENT(false),
    /** Details: topic. */
    TOPIC_NOT_FOUND(false),
    /** Details: topic. */
    TOPIC_ALREADY_EXISTS(false),
    /** Details: topic, partition. */
    PARTITION_NOT_FOUND(false),
    /** Details: size, limit (bytes). */
    MESSAGE_TOO_LARGE(false),
    /** A bound is reached that work in progress will relieve. Details: limit, retry_after_ms. */
    LIMIT_EXCEEDED(true),
    /**
     * Another node serves the partition, or none. Details: topic, partition, and where known owner
     * and epoch.
     */
    NOT_OWNER(true),
    /** ZooKeeper cannot be reached; the operation has had no effect and will have none. */
    STORE_UNAVAILABLE(true),
    /** The operation may have taken effect, or may yet. */
    OUTCOME_UNKNOWN(true),
    /** A znode holds what no version of Arpeggio wrote. Details: path. */
    STORE_CORRUPT(false),
    /** ZooKeeper's access control refuses the node's credentials. Details: path. */
    STORE_FORBIDDEN(false),
    /** The subscription admits no further consumer. Details: subscription. */
    SUBSCRIPTION_BUSY(true),
    /**
     * A batch overlaps an earlier one of its producer without repeating it. Details: expected,
     * received.
     */
    OUT_OF_SEQUENCE(false),
    /**
     * The subscription was moved since the consumer attached: what it holds counts for nothing any
     * more; attach again. Details: subscription.
     */
    SUBSCRIPTION_MOVED(true),
    /**
     * The topic is not of the version that was to be changed. Details: topic, and where known
     * version.
     */
    TOPIC_CHANGED(false),
    /**
     * The topic has another number of partitions than the caller reckoned with, and keys may belong
     * to others: choose again. The operation has had no effect and will have none. Details: topic,
     * and where known partitions.
     */
    PARTITIONS_CHANGED(true),
    /** What is offered does not meet what is requested. Details: policy, offered, requested. */
    QOS_MISMATCH(false),
    /** ZooKeeper refused something that it should not refuse. */
    INTERNAL(false);

    private final boolean retryable;

    Reason(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final Reason reason;
  private final TreeMap<String, String> details;

  private QueueException(
      Reason reason, String message, Map<String, String> details, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.reason = reason;
    this.details = new TreeMap<>(details);
  }

  public Reason reason() {
    return reason;
  }

  /**
   * Whether the same operation can succeed later, or at another node, without anybody changing it.
   */
  public boolean isRetryable() {
    return reason.retryable;
  }

  /**
   * What {@link Reason} says about the failure's circumstances, by name; unmodifiable and sorted.
   */
  public SortedMap<String, String> details() {
    return Collections.unmodifiableSortedMap(details);
  }

  static QueueException invalidName(String what, String name) {
    return new QueueException(
        Reason.INVALID_NAME,
        what
            + " name is not allowed: \""
            + name
            + "\" is not 1 to 249 characters of A-Z a-z 0-9 . _ -",
        Map.of("name", name),
        null);
  }

  /** For drivers, too. */
  public static QueueException invalidArgument(String field, String problem) {
    return new QueueException(
        Reason.INVALID_ARGUMENT, field + ": " + problem, Map.of("field", field), null);
  }

  static QueueException topicNotFound(TopicName topic) {
    return new QueueException(
        Reason.TOPIC_NOT_FOUND, "no topic " + topic.value(), Map.of("topic", topic.value()), null);
  }

  static QueueException topicAlreadyExists(TopicName topic) {
    return new QueueException(
        Reason.TOPIC_ALREADY_EXISTS,
        "topic " + topic.value() + " exists already",
        Map.of("topic", topic.value()),
        null);
  }

  static QueueException topicChanged(TopicName topic, @Nullable String version) {
    var details = new TreeMap<String, String>();
    details.put("topic", topic.value());
    if (version != null) {
      details.put("version", version);
    }
    return new QueueException(
        Reason.TOPIC_CHANGED,
        "somebody else has changed topic " + topic.value() + " meanwhile",
        details,
        null);
  }

  static QueueException partitionNotFound(PartitionId id) {
    return new QueueException(
        Reason.PARTITION_NOT_FOUND,
        "no partition " + id,
        Map.of("topic", id.topic().value(), "partition", Integer.toString(id.partition())),
        null);
  }

  /**
   * @param partitions how many there are; null: that is not known here
   */
  static QueueException partitionsChanged(TopicName topic, @Nullable Integer partitions) {
    var details = new TreeMap<String, String>();
    details.put("topic", topic.value());
    if (partitions != null) {
      details.put("partitions", Integer.toString(partitions));
    }
    return new QueueException(
        Reason.PARTITIONS_CHANGED,
        "the number of partitions of topic " + topic.value() + " has changed",
        details,
        null);
  }

  static QueueException messageTooLarge(int size, int limit) {
    return new QueueException(
        Reason.MESSAGE_TOO_LARGE,
        "a message of " + size + " bytes exceeds the limit of " + limit,
        Map.of("size", Integer.toString(size), "limit", Integer.toString(limit)),
        null);
  }

  static QueueException limitExceeded(String what, long limit, Duration retryAfter) {
    return new QueueException(
        Reason.LIMIT_EXCEEDED,
        what + ": the limit is " + limit,
        Map.of(
            "limit", Long.toString(limit), "retry_after_ms", Long.toString(retryAfter.toMillis())),
        null);
  }

  static QueueException notOwner(PartitionId id, @Nullable String owner, @Nullable Epoch epoch) {
    var details = new TreeMap<String, String>();
    details.put("topic", id.topic().value());
    details.put("partition", Integer.toString(id.partition()));
    if (owner != null) {
      details.put("owner", owner);
    }
    if (epoch != null) {
      details.put("epoch", Long.toString(epoch.value()));
    }
    return new QueueException(Reason.NOT_OWNER, id + " is not served here", details, null);
  }

  /** For drivers, too: the store cannot be reached. */
  public static QueueException storeUnavailable(String problem, @Nullable Throwable cause) {
    return new QueueException(Reason.STORE_UNAVAILABLE, problem, Map.of(), cause);
  }

  static QueueException outcomeUnknown(String what) {
    return new QueueException(Reason.OUTCOME_UNKNOWN, what, Map.of(), null);
  }

  static QueueException storeCorrupt(String path, String problem) {
    return new QueueException(
        Reason.STORE_CORRUPT, path + ": " + problem, Map.of("path", path), null);
  }

  /**
   * For drivers, too.
   *
   * @param who was refused, without secrets
   */
  public static QueueException storeForbidden(String path, String who) {
    return new QueueException(
        Reason.STORE_FORBIDDEN,
        path + ": ZooKeeper refuses access (" + who + ")",
        Map.of("path", path),
        null);
  }

  /** For an answer that nothing but somebody else's hand or a defect accounts for. */
  static QueueException unexpected(String path, ZooKeeperPort.Code code) {
    return switch (code) {
      case NO_AUTH -> storeForbidden(path, "with the credentials of this node");
      case NODE_EXISTS -> storeCorrupt(path, "somebody else's znode is in the way");
      case NOT_EMPTY -> storeCorrupt(path, "somebody else's znodes are below it");
      default -> internal(path + ": " + code);
    };
  }

  static QueueException subscriptionBusy(String subscription, String why) {
    return new QueueException(
        Reason.SUBSCRIPTION_BUSY,
        subscription + ": " + why,
        Map.of("subscription", subscription),
        null);
  }

  static QueueException subscriptionMoved(String subscription) {
    return new QueueException(
        Reason.SUBSCRIPTION_MOVED,
        subscription + ": it was moved to another place",
        Map.of("subscription", subscription),
        null);
  }

  static QueueException otherKind(
      String subscription, SubscriptionKind kind, SubscriptionKind requested) {
    return new QueueException(
        Reason.INVALID_ARGUMENT,
        "kind: subscription " + subscription + " is " + kind + ", not " + requested,
        Map.of("field", "kind", "kind", kind.name(), "requested", requested.name()),
        null);
  }

  static QueueException qosMismatch(String policy, String offered, String requested) {
    return new QueueException(
        Reason.QOS_MISMATCH,
        policy + ": " + offered + " is offered, and " + requested + " is requested",
        Map.of("policy", policy, "offered", offered, "requested", requested),
        null);
  }

  static QueueException outOfSequence(long expected, long received) {
    return new QueueException(
        Reason.OUT_OF_SEQUENCE,
        "sequence " + received + " overlaps what is stored; next is " + expected,
        Map.of("expected", Long.toString(expected), "received", Long.toString(received)),
        null);
  }

  /**
   * What another node reported.
   *
   * @param reason the name of a {@link Reason}; any other is OUTCOME_UNKNOWN
   */
  public static QueueException reported(
      String reason, String message, Map<String, String> details) {
    Reason known = Reason.OUTCOME_UNKNOWN;
    for (Reason candidate : Reason.values()) {
      if (candidate.name().equals(reason)) {
        known = candidate;
      }
    }
    return new QueueException(known, message, details, null);
  }

  static QueueException internal(String problem) {
    return new QueueException(Reason.INTERNAL, problem, Map.of(), null);
  }
}
