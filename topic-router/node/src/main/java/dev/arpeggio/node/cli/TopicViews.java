package dev.arpeggio.node.cli;

import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.client.TopicSettings;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Topics as text and as JSON. */
final class TopicViews {
  private TopicViews() {}

  static Map<String, Object> json(TopicInfo topic) {
    return json(topic.topic(), topic.settings());
  }

  static Map<String, Object> json(TopicDescription topic) {
    Map<String, Object> json = json(topic.topic(), topic.settings());
    json.put("version", topic.version());
    json.put("partition_states", topic.partitions().stream().map(TopicViews::json).toList());
    return json;
  }

  static List<String> lines(TopicDescription topic) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "topic %s: %s, version %s"
            .formatted(
                topic.topic(),
                Figures.count(topic.settings().partitions(), "partition"),
                topic.version()));
    lines.add("");
    lines.addAll(TopicSettingsView.lines(topic.topic(), topic.settings()));
    lines.add("");
    Table partitions =
        new Table("PARTITION", "OWNER", "EPOCH", "FIRST OFFSET", "NEXT OFFSET", "BYTES");
    Table subscriptions =
        new Table(
            "SUBSCRIPTION",
            "PARTITION",
            "ACKNOWLEDGED TO",
            "BACKLOG",
            "LEASED",
            "WAITING",
            "MOVING",
            "CONSUMERS",
            "OLDEST");
    boolean subscribed = false;
    for (PartitionInfo partition : topic.partitions()) {
      partitions.row(
          partition.partition(),
          partition.owner().orElse("none"),
          partition.epoch(),
          partition.firstOffset(),
          partition.nextOffset(),
          partition.retainedBytes());
      for (SubscriptionInfo subscription : partition.subscriptions()) {
        subscribed = true;
        subscriptions.row(
            subscription.subscription(),
            partition.partition(),
            subscription.acknowledgedFloor(),
            subscription.backlog(),
            subscription.leased(),
            subscription.waiting(),
            subscription.moving(),
            subscription.consumers(),
            subscription.headAge().map(age -> Figures.seconds(age)).orElse("-"));
      }
    }
    lines.addAll(partitions.lines());
    if (watchesPublishers(topic.settings())) {
      lines.add("");
      lines.addAll(publishing(topic));
    }
    if (subscribed) {
      lines.add("");
      lines.addAll(subscriptions.lines());
    }
    for (PartitionInfo partition : topic.partitions()) {
      partition
          .error()
          .ifPresent(error -> lines.add("partition " + partition.partition() + ": " + error));
    }
    return lines;
  }

  private static boolean watchesPublishers(TopicSettings settings) {
    return settings.qos().ownership() == Ownership.EXCLUSIVE
        || settings.qos().deadline().isPresent();
  }

  private static List<String> publishing(TopicDescription topic) {
    Table table = new Table("PARTITION", "PUBLISHERS", "KEYS", "NOT HEARD", "MISSED DEADLINES");
    for (PartitionInfo partition : topic.partitions()) {
      PartitionInfo.Publishing publishing = partition.publishing();
      table.row(
          partition.partition(),
          publishing.publishers(),
          publishing.keys(),
          publishing.notHeard(),
          publishing.missedDeadlines());
    }
    return table.lines();
  }

  static Map<String, Object> json(String topic, TopicSettings settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("topic", topic);
    json.putAll(TopicSettingsView.json(settings));
    return json;
  }

  private static Map<String, Object> json(PartitionInfo partition) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partition", partition.partition());
    json.put("owner", partition.owner());
    json.put("epoch", partition.epoch());
    json.put("first_offset", partition.firstOffset());
    json.put("next_offset", partition.nextOffset());
    json.put("retained_bytes", partition.retainedBytes());
    json.put("publishers", partition.publishing().publishers());
    json.put("keys", partition.publishing().keys());
    json.put("not_heard", partition.publishing().notHeard());
    json.put("missed_deadlines", partition.publishing().missedDeadlines());
    json.put("subscriptions", partition.subscriptions().stream().map(TopicViews::json).toList());
    json.put("error", partition.error());
    return json;
  }

  private static Map<String, Object> json(SubscriptionInfo subscription) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subscription", subscription.subscription());
    json.put("acknowledged_floor", subscription.acknowledgedFloor());
    json.put("backlog", subscription.backlog());
    json.put("leased", subscription.leased());
    json.put("consumers", subscription.consumers());
    json.put("waiting", subscription.waiting());
    json.put("redelivered", subscription.redelivered());
    json.put("moving", subscription.moving());
    json.put("moved", subscription.moved());
    json.put("moves_stuck", subscription.movesStuck());
    json.put("head_age_ms", subscription.headAge().map(Duration::toMillis));
    return json;
  }
}
