package dev.arpeggio.node.cli;

import dev.arpeggio.client.TopicSettings;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Sizes;
import dev.arpeggio.node.cli.io.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A topic's configuration as text, by the names of the options that set it, and as JSON. */
final class TopicSettingsView {
  private TopicSettingsView() {}

  static List<String> lines(String topic, TopicSettings settings) {
    TopicSettings.Limits limits = settings.limits();
    TopicSettings.Retention retention = settings.retention();
    TopicSettings.Redelivery redelivery = settings.redelivery();
    return new Table("SETTING", "VALUE")
        .row("max-message-bytes", Sizes.text(settings.maxMessageBytes()))
        .row("max-bytes", Sizes.text(limits.bytes()) + " a partition")
        .row("max-messages", unlimited(limits.messages().stream().mapToObj(Figures::count)))
        .row("when-full", Words.of(limits.whenFull()))
        .row("retention", time(retention.time(), "none"))
        .row("retention-bytes", unlimited(retention.bytes().stream().mapToObj(Sizes::text)))
        .row(
            "keep-last",
            retention.lastPerKey() == 0
                ? "all of each key"
                : Figures.count(retention.lastPerKey()) + " of each key")
        .row("expire-after", time(settings.expiry().after(), "never"))
        .row("move-expired-to", settings.expiry().movedTo().orElse("dropped"))
        .row("lease", Durations.text(redelivery.lease()))
        .row(
            "delivery-limit",
            redelivery.maxDeliveries() == 0 ? "none" : Figures.count(redelivery.maxDeliveries()))
        .row("dead-letter-topic", redelivery.deadLetters().orElse(topic + ".dead"))
        .row("backoff", Durations.text(redelivery.backoff()))
        .row("max-backoff", Durations.text(redelivery.longestBackoff()))
        .row("highest-priority", Figures.count(settings.highestPriority()))
        .row("compress", settings.compressed() ? "yes" : "no")
        .row("ownership", Words.of(settings.qos().ownership()))
        .row("reliability", Words.of(settings.qos().reliability()))
        .row("durability", Words.of(settings.qos().durability()))
        .row("deadline", settings.qos().deadline().map(Durations::text).orElse("none"))
        .row("publisher-lease", Durations.text(settings.qos().lease()))
        .row("subscription-kind", Words.of(settings.subscriptions().kind()))
        .row("subscription-start", Words.of(settings.subscriptions().start()))
        .lines();
  }

  private static String time(Duration time, String zero) {
    return time.isZero() ? zero : Durations.text(time);
  }

  private static String unlimited(Stream<String> limit) {
    return limit.findFirst().orElse("no limit");
  }

  static Map<String, Object> json(TopicSettings settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partitions", settings.partitions());
    json.put("max_message_bytes", settings.maxMessageBytes());
    json.put("max_partition_bytes", settings.limits().bytes());
    json.put("max_partition_messages", nullable(settings.limits().messages()));
    json.put("when_full", Words.of(settings.limits().whenFull()));
    json.put("retain_ms", settings.retention().time().toMillis());
    json.put("retain_bytes", nullable(settings.retention().bytes()));
    json.put("keep_last_per_key", settings.retention().lastPerKey());
    json.put("expire_after_ms", settings.expiry().after().toMillis());
    json.put("move_expired_to", settings.expiry().movedTo());
    json.put("lease_ms", settings.redelivery().lease().toMillis());
    json.put("max_deliveries", settings.redelivery().maxDeliveries());
    json.put("dead_letters", settings.redelivery().deadLetters());
    json.put("first_backoff_ms", settings.redelivery().backoff().toMillis());
    json.put("last_backoff_ms", settings.redelivery().longestBackoff().toMillis());
    json.put("highest_priority", settings.highestPriority());
    json.put("compressed", settings.compressed());
    json.put("ownership", Words.of(settings.qos().ownership()));
    json.put("reliability", Words.of(settings.qos().reliability()));
    json.put("durability", Words.of(settings.qos().durability()));
    json.put("deadline_ms", settings.qos().deadline().map(Duration::toMillis));
    json.put("publisher_lease_ms", settings.qos().lease().toMillis());
    json.put("subscription_kind", Words.of(settings.subscriptions().kind()));
    json.put("subscription_start", Words.of(settings.subscriptions().start()));
    return json;
  }

  private static Optional<Long> nullable(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }
}
