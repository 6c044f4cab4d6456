package dev.arpeggio.queue;

import java.util.Locale;

/** Where a partition's znodes are. */
final class PartitionPaths {
  static final String TOPICS = "/topics";

  private final TopicName topic;
  private final String owner;

  PartitionPaths(PartitionId id) {
    this.topic = id.topic();
    this.owner = topic(id.topic()) + "/" + id.partition();
  }

  static String topic(TopicName topic) {
    return TOPICS + "/" + topic.value();
  }

  /** Those of the topic's first partition, which every topic has. */
  PartitionPaths ofFirst() {
    return new PartitionPaths(new PartitionId(topic, 0));
  }

  /** The owner's record; the version of this znode is the epoch. */
  String owner() {
    return owner;
  }

  String log() {
    return owner + "/log";
  }

  String bucket(long bucket) {
    return log() + "/" + SegmentName.bucketName(bucket);
  }

  String segment(SegmentName name) {
    return bucket(name.bucket()) + "/" + name.name();
  }

  String subscriptions() {
    return owner + "/subscriptions";
  }

  String subscription(String name) {
    return subscriptions() + "/" + name;
  }

  /** Where the log starts, and what is known of the producers of what was deleted before. */
  String producers() {
    return owner + "/producers";
  }

  /** Exists until a partition that was added to its topic has its first owner. */
  String added() {
    return owner + "/added";
  }

  /**
   * Exists in this life of the topic only: a topic that is deleted and created again starts its
   * versions at zero again.
   */
  String incarnation(long creationId) {
    return owner + "/incarnation-" + Long.toHexString(creationId).toLowerCase(Locale.ROOT);
  }
}
