package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.TopicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A topic of the broker. Guarded by the broker's monitor. */
final class StoredTopic {
  private static final String DEAD_LETTERS_SUFFIX = ".dead";

  private final Broker broker;
  private final String name;
  private final long incarnation;
  private final List<StoredPartition> partitions = new ArrayList<>();
  private TopicConfig config;
  private int changes;

  StoredTopic(Broker broker, String name, TopicConfig config, long incarnation) {
    this.broker = broker;
    this.name = name;
    this.config = config;
    this.incarnation = incarnation;
    addPartitions();
  }

  Broker broker() {
    return broker;
  }

  String name() {
    return name;
  }

  /** Other for every topic that this broker ever had. */
  long incarnation() {
    return incarnation;
  }

  String version() {
    return incarnation + "." + changes;
  }

  TopicConfig config() {
    return config;
  }

  List<StoredPartition> partitions() {
    return partitions;
  }

  /** Where dead letters go; empty: nowhere, as the topic's name is too long. */
  String deadLetters() {
    if (!config.getDeadLetters().isEmpty()) {
      return config.getDeadLetters();
    }
    String derived = name + DEAD_LETTERS_SUFFIX;
    return Names.isValid(derived) ? derived : "";
  }

  /**
   * @param onlyVersion empty: whichever it is
   */
  void update(TopicConfig update, String onlyVersion) {
    TopicConfig changed = Configs.apply(name, update, config);
    checkPartitions(changed);
    if (changed.equals(config)) {
      return;
    }
    if (!onlyVersion.isEmpty() && !onlyVersion.equals(version())) {
      throw Refusals.of(
          ErrorReason.TOPIC_CHANGED,
          "somebody else has changed topic " + name + " meanwhile",
          Map.of("topic", name, "version", version()));
    }
    boolean grows = changed.getPartitions() > config.getPartitions();
    config = changed;
    changes++;
    partitions.forEach(StoredPartition::trim);
    if (grows) {
      List<StoredPartition> old = List.copyOf(partitions);
      addPartitions();
      partitions.subList(old.size(), partitions.size()).forEach(p -> p.inherit(old.get(0)));
      old.forEach(StoredPartition::endStreams);
    }
  }

  private void checkPartitions(TopicConfig changed) {
    if (changed.getPartitions() < config.getPartitions()) {
      throw Refusals.invalid(
          "partitions", "cannot become fewer: what is in the last would be lost");
    }
    if (changed.getPartitions() > config.getPartitions()
        && (config.getKeepLastPerKey() > 0 || changed.getKeepLastPerKey() > 0)) {
      throw Refusals.invalid(
          "partitions", "cannot be changed: a key would leave its last messages behind for ever");
    }
  }

  private void addPartitions() {
    while (partitions.size() < config.getPartitions()) {
      partitions.add(new StoredPartition(this, partitions.size()));
    }
  }

  void timePassed() {
    partitions.forEach(StoredPartition::timePassed);
  }

  /** It is deleted: its streams end. */
  void end() {
    partitions.forEach(StoredPartition::end);
  }
}
