package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Stat;

/**
 * A topic as the store has it.
 *
 * @param version other after every update, and other than that of any other topic of the same name;
 *     otherwise without meaning
 */
public record StoredTopic(TopicConfig config, String version) {
  static StoredTopic of(TopicConfig config, Stat stat) {
    return new StoredTopic(config, Long.toHexString(stat.creationId()) + "-" + stat.version());
  }
}
