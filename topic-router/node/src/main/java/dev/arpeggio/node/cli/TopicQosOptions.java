package dev.arpeggio.node.cli;

import dev.arpeggio.client.Durability;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.io.Durations;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a topic promises its consumers and demands of its publishers, as options. */
final class TopicQosOptions {
  @Option(
      names = "--ownership",
      paramLabel = "WHOSE",
      converter = OwnershipWords.class,
      completionCandidates = OwnershipWords.class,
      description = {
        "Who is heard when several publish the same key: ${COMPLETION-CANDIDATES}; exclusive: the",
        "strongest that is alive; cannot be changed later (shared)."
      })
  private Optional<Ownership> ownership = Optional.empty();

  @Option(
      names = "--reliability",
      paramLabel = "WHAT",
      converter = ReliabilityWords.class,
      completionCandidates = ReliabilityWords.class,
      description = "What publishers publish with, at least: ${COMPLETION-CANDIDATES} (reliable).")
  private Optional<Reliability> reliability = Optional.empty();

  @Option(
      names = "--durability",
      paramLabel = "WHAT",
      converter = DurabilityWords.class,
      completionCandidates = DurabilityWords.class,
      description = {
        "What becomes of messages that nobody reads: ${COMPLETION-CANDIDATES}; volatile: subscriptions",
        "live with their consumers; cannot be changed later (persistent)."
      })
  private Optional<Durability> durability = Optional.empty();

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "The longest time between two messages of a key; 0s: none is promised (0s).")
  private Optional<Duration> deadline = Optional.empty();

  @Option(
      names = "--publisher-lease",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long a publisher that gives no sign counts as alive (10s).")
  private Optional<Duration> publisherLease = Optional.empty();

  TopicOptions addTo(TopicOptions options) {
    TopicOptions all = options;
    all = ownership.map(all::withOwnership).orElse(all);
    all = reliability.map(all::withReliability).orElse(all);
    all = durability.map(all::withDurability).orElse(all);
    all = deadline.map(all::withDeadline).orElse(all);
    return publisherLease.map(all::withPublisherLease).orElse(all);
  }
}
