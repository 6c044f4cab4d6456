package dev.arpeggio.queue;

/**
 * One partition of a topic.
 *
 * @param partition 0 to 1,023
 */
public record PartitionId(TopicName topic, int partition) {
  public PartitionId {
    if (partition < 0 || partition >= TopicConfig.MAX_PARTITIONS) {
      throw new IllegalArgumentException("no such partition number: " + partition);
    }
  }

  /** {@code topic/partition}, which is also what the ring hashes. */
  @Override
  public String toString() {
    return topic.value() + "/" + partition;
  }
}
