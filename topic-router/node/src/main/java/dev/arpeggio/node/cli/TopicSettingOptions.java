package dev.arpeggio.node.cli;

import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.SubscriptionStart;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.WhenFull;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Sizes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a topic behaves, as options: what is not given has its default, or stays as it is. */
final class TopicSettingOptions {
  /** For options that name a topic. */
  private static final String NO_TOPIC = "none";

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = {
        "1 to 1,024; of a topic that exists, more than it has. Keys that have unacknowledged messages",
        "then may lose their order (1: all messages in one order)."
      })
  private Optional<Integer> partitions = Optional.empty();

  @Option(
      names = "--max-message-bytes",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "The largest message (256KiB, which is also the most).")
  private Optional<Long> maxMessageBytes = Optional.empty();

  @Option(
      names = "--max-bytes",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "What each partition may hold, such as 10GiB (1GiB).")
  private Optional<Long> maxBytes = Optional.empty();

  @Option(
      names = "--max-messages",
      paramLabel = "N",
      description = "How many messages each partition may hold; 0: any number (0).")
  private Optional<Long> maxMessages = Optional.empty();

  @Option(
      names = "--when-full",
      paramLabel = "WHAT",
      converter = WhenFullWords.class,
      completionCandidates = WhenFullWords.class,
      description = "What a full partition does: ${COMPLETION-CANDIDATES} (refuse).")
  private Optional<WhenFull> whenFull = Optional.empty();

  @Option(
      names = "--retention",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long to keep what all have acknowledged, such as 7d; 0s: not at all (0s).")
  private Optional<Duration> retention = Optional.empty();

  @Option(
      names = "--retention-bytes",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "How much of it to keep at most; 0: no limit of its own (0).")
  private Optional<Long> retentionBytes = Optional.empty();

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = {
        "Keep the last N messages of each key and drop earlier ones, acknowledged or not; 0: keys do",
        "not matter (0)."
      })
  private Optional<Integer> keepLast = Optional.empty();

  @Option(
      names = "--expire-after",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long a message waits for its consumers; 0s: for ever (0s).")
  private Optional<Duration> expireAfter = Optional.empty();

  @Option(
      names = "--move-expired-to",
      paramLabel = "TOPIC",
      description = "Move what has expired there; '" + NO_TOPIC + "': drop it (none).")
  private Optional<String> moveExpiredTo = Optional.empty();

  @Option(
      names = "--lease",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long a consumer may hold a message before it comes back (30s).")
  private Optional<Duration> lease = Optional.empty();

  @Option(
      names = "--delivery-limit",
      paramLabel = "N",
      description = "A message that came back so often is a dead letter; 0: never (0).")
  private Optional<Integer> deliveryLimit = Optional.empty();

  @Option(
      names = "--dead-letter-topic",
      paramLabel = "TOPIC",
      description = "Where dead letters go; '" + NO_TOPIC + "': to NAME.dead (none).")
  private Optional<String> deadLetterTopic = Optional.empty();

  @Option(
      names = "--backoff",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = {
        "How long a message that came back waits for its second delivery; doubles with each one after",
        "(0s)."
      })
  private Optional<Duration> backoff = Optional.empty();

  @Option(
      names = "--max-backoff",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "The longest such wait (1m).")
  private Optional<Duration> maxBackoff = Optional.empty();

  @Option(
      names = "--highest-priority",
      paramLabel = "N",
      description = "Messages may have priorities from 0 to N, at most 999 (9).")
  private Optional<Integer> highestPriority = Optional.empty();

  @Option(
      names = "--subscription-kind",
      paramLabel = "KIND",
      converter = Kinds.class,
      completionCandidates = Kinds.class,
      description = {
        "What a new subscription becomes if its consumer does not say it: ${COMPLETION-CANDIDATES}",
        "(shared)."
      })
  private Optional<SubscriptionKind> subscriptionKind = Optional.empty();

  @Option(
      names = "--subscription-start",
      paramLabel = "WHERE",
      converter = StartWords.class,
      completionCandidates = StartWords.class,
      description =
          "Where a consumer's new subscription begins: ${COMPLETION-CANDIDATES} (earliest).")
  private Optional<SubscriptionStart> subscriptionStart = Optional.empty();

  @Option(
      names = "--compress",
      paramLabel = "true|false",
      arity = "1",
      description = "Whether to store messages compressed where that makes them smaller (false).")
  private Optional<Boolean> compress = Optional.empty();

  @Mixin private final TopicQosOptions qos = new TopicQosOptions();

  /**
   * What is given here, on top of what is set already.
   *
   * @throws Failure if a value makes no sense anywhere
   */
  TopicOptions addTo(TopicOptions options) {
    TopicOptions all = options;
    try {
      all = with(all, partitions, TopicOptions::withPartitions);
      all = with(all, maxMessageBytes.map(Math::toIntExact), TopicOptions::withMaxMessageBytes);
      all = with(all, maxBytes, TopicOptions::withMaxPartitionBytes);
      all = with(all, maxMessages, TopicOptions::withMaxPartitionMessages);
      all = with(all, whenFull, TopicOptions::withWhenFull);
      all = with(all, retention, TopicOptions::withRetention);
      all = with(all, retentionBytes, TopicOptions::withRetentionBytes);
      all = with(all, keepLast, TopicOptions::withKeepLastPerKey);
      all = with(all, expireAfter, TopicOptions::withExpiry);
      all =
          with(
              all, moveExpiredTo.map(TopicSettingOptions::topic), TopicOptions::withExpiredMovedTo);
      all = with(all, lease, TopicOptions::withLease);
      all = with(all, deliveryLimit, TopicOptions::withMaxDeliveries);
      all =
          with(all, deadLetterTopic.map(TopicSettingOptions::topic), TopicOptions::withDeadLetters);
      all = with(all, backoff, TopicOptions::withBackoff);
      all = with(all, maxBackoff, TopicOptions::withLongestBackoff);
      all = with(all, highestPriority, TopicOptions::withHighestPriority);
      all = with(all, subscriptionKind, TopicOptions::withSubscriptionKind);
      all = with(all, subscriptionStart, TopicOptions::withSubscriptionStart);
      all = with(all, compress, TopicOptions::withCompression);
      return qos.addTo(all);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw Failure.usage(e.getMessage(), "see arpeggio topic create --help");
    }
  }

  private static <T> TopicOptions with(
      TopicOptions options, Optional<T> value, BiFunction<TopicOptions, T, TopicOptions> set) {
    return value.map(given -> set.apply(options, given)).orElse(options);
  }

  private static String topic(String name) {
    return name.equals(NO_TOPIC) ? "" : name;
  }
}
