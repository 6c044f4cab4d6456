package dev.arpeggio.node.cli;

import dev.arpeggio.client.Durability;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.QosRequest;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a consumer requests of its topic, as options; less is refused. */
final class RequestOptions {
  @Option(
      names = "--require-ownership",
      paramLabel = "WHOSE",
      converter = OwnershipWords.class,
      completionCandidates = OwnershipWords.class,
      description = "Refuse a topic of another ownership: ${COMPLETION-CANDIDATES}.")
  private Optional<Ownership> ownership = Optional.empty();

  @Option(
      names = "--require-reliability",
      paramLabel = "WHAT",
      converter = ReliabilityWords.class,
      completionCandidates = ReliabilityWords.class,
      description = "Refuse a topic that offers less: ${COMPLETION-CANDIDATES}.")
  private Optional<Reliability> reliability = Optional.empty();

  @Option(
      names = "--require-durability",
      paramLabel = "WHAT",
      converter = DurabilityWords.class,
      completionCandidates = DurabilityWords.class,
      description = "Refuse a topic that offers less: ${COMPLETION-CANDIDATES}.")
  private Optional<Durability> durability = Optional.empty();

  @Option(
      names = "--require-deadline",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Refuse a topic that promises no deadline, or a longer one.")
  private Optional<Duration> deadline = Optional.empty();

  @Option(
      names = "--require-lease",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Refuse a topic whose publishers have a longer lease.")
  private Optional<Duration> lease = Optional.empty();

  QosRequest request() {
    try {
      QosRequest request = QosRequest.any();
      request = ownership.map(request::withOwnership).orElse(request);
      request = reliability.map(request::withReliability).orElse(request);
      request = durability.map(request::withDurability).orElse(request);
      request = deadline.map(request::withDeadline).orElse(request);
      return lease.map(request::withLease).orElse(request);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(e.getMessage(), "see arpeggio consume --help");
    }
  }
}
