package dev.arpeggio.client;

import java.util.List;

/**
 * A topic with the state of its partitions.
 *
 * @param topic its name
 * @param options its configuration, with defaults filled in
 * @param partitions one entry a partition, in order
 */
public record TopicDescription(String topic, TopicOptions options, List<PartitionInfo> partitions) {
  public TopicDescription {
    partitions = List.copyOf(partitions);
  }
}
