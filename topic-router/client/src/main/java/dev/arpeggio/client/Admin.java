package dev.arpeggio.client;

import java.util.List;

/**
 * Topics and the ring. Any node answers: calls go round the client's addresses until one does.
 * Thread-safe; every call waits at most the request time-out.
 *
 * <p>All calls throw {@link ArpeggioException}: the server's reasons, or {@link
 * Reason#UNREACHABLE}, {@link Reason#TIMED_OUT}, {@link Reason#INTERRUPTED}, {@link Reason#CLOSED}.
 */
public interface Admin {
  /**
   * Fails with {@link Reason#TOPIC_ALREADY_EXISTS}, also if an attempt of this same call had
   * created it.
   */
  TopicInfo createTopic(String topic, TopicOptions options);

  /**
   * Changes what the options set, and nothing else; whoever else changes something at the same time
   * keeps his change. A repeat has no effect. When it returns, the owners of the partitions serve
   * under the new configuration, but for those that it names.
   *
   * <p>Fails with {@link Reason#INVALID_ARGUMENT} for what cannot be, and for what cannot be
   * changed: the number of partitions. Then nothing has changed.
   */
  UpdatedTopic updateTopic(String topic, TopicOptions changes);

  /**
   * The same on the condition that the topic still is of that version.
   *
   * @param version as {@link #describeTopic} said it
   * @throws ArpeggioException with {@link Reason#TOPIC_CHANGED} if it is of another one, unless it
   *     is already as the options say
   */
  UpdatedTopic updateTopic(String topic, TopicOptions changes, String version);

  /** In alphabetical order. */
  List<TopicInfo> listTopics();

  TopicDescription describeTopic(String topic);

  void deleteTopic(String topic);

  /**
   * One partition of a topic and its subscriptions. Asks nobody: that there is no such partition
   * shows in its calls.
   *
   * @throws IllegalArgumentException if the partition is negative
   */
  PartitionAdmin partition(String topic, int partition);

  /** Describes the node that answers: with one address given to the client, that one. */
  NodeInfo describeNode();

  RingInfo describeRing();

  /**
   * How the node that answers finds the owner of a partition: with one address given to the client,
   * that one.
   */
  PartitionTrace tracePartition(String topic, int partition);
}
