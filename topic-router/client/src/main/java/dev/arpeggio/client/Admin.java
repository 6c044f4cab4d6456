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

  /** In alphabetical order. */
  List<TopicInfo> listTopics();

  TopicDescription describeTopic(String topic);

  void deleteTopic(String topic);

  /** Describes the node that answers: with one address given to the client, that one. */
  NodeInfo describeNode();

  RingInfo describeRing();
}
