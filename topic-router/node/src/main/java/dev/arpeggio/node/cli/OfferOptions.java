package dev.arpeggio.node.cli;

import dev.arpeggio.client.ProducerOptions;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a publisher offers, as options. */
final class OfferOptions {
  @Option(
      names = "--best-effort",
      description = {
        "Wait for no confirmation, and drop what finds no room or no connection; the topic must allow",
        "it (--reliability best-effort)."
      })
  private boolean bestEffort;

  @Option(
      names = "--strength",
      paramLabel = "N",
      description = {
        "In a topic whose ownership is exclusive, the strongest publisher of a key is heard, and of",
        "equals the first (0)."
      })
  private int strength;

  @Option(
      names = "--lease",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long to count as alive there without a sign, at most as the topic has it.")
  private Optional<Duration> lease = Optional.empty();

  boolean isBestEffort() {
    return bestEffort;
  }

  ProducerOptions options() {
    try {
      ProducerOptions options =
          ProducerOptions.defaults()
              .withStrength(strength)
              .withReliability(bestEffort ? Reliability.BEST_EFFORT : Reliability.RELIABLE);
      return lease.map(options::withLease).orElse(options);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(e.getMessage(), "see arpeggio publish --help");
    }
  }
}
