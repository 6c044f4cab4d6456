package dev.arpeggio.client;

import java.util.List;

/**
 * A topic that was updated.
 *
 * @param topic its name
 * @param settings its configuration, which is stored
 * @param version of that configuration
 * @param pending partitions whose owners did not say in time that they serve under it; they will,
 *     within seconds
 */
public record UpdatedTopic(
    String topic, TopicSettings settings, String version, List<Integer> pending) {
  public UpdatedTopic {
    pending = List.copyOf(pending);
  }
}
