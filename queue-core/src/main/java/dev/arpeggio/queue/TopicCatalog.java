package dev.arpeggio.queue;

import java.util.SortedMap;

/** The topics of a store. Belongs to the port's loop. */
public final class TopicCatalog {
  public TopicCatalog(ZooKeeperPort zooKeeper) {}

  /**
   * Fails with TOPIC_ALREADY_EXISTS, STORE_UNAVAILABLE, OUTCOME_UNKNOWN. Finishes an interrupted
   * deletion of the same name first.
   */
  public void create(TopicName topic, TopicConfig config, Completion<TopicConfig> done) {
    Skeleton.missing();
  }

  /** Fails with TOPIC_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT. */
  public void get(TopicName topic, Completion<TopicConfig> done) {
    Skeleton.missing();
  }

  /** All topics by name. */
  public void list(Completion<SortedMap<TopicName, TopicConfig>> done) {
    Skeleton.missing();
  }

  /**
   * Fails with TOPIC_NOT_FOUND, STORE_UNAVAILABLE, OUTCOME_UNKNOWN; the topic is invisible and its
   * owners are fenced before its data go.
   */
  public void delete(TopicName topic, Completion<Done> done) {
    Skeleton.missing();
  }
}
