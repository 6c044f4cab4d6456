package dev.arpeggio.client;

import java.util.List;

/**
 * A topic with the state of its partitions.
 *
 * @param topic its name
 * @param settings its configuration
 * @param version other after every update, and other than that of any other topic of the same name
 * @param partitions one entry a partition, in order
 */
public record TopicDescription(
    String topic, TopicSettings settings, String version, List<PartitionInfo> partitions) {
  public TopicDescription {
    partitions = List.copyOf(partitions);
  }
}
