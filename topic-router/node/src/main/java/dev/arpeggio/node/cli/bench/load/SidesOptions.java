package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ConsumerOptions;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who publishes and who consumes, in benchmarks that do both. */
final class SidesOptions {
  @Mixin private final ConnectionsOption connections = new ConnectionsOption();

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Producers, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Consumers of one shared subscription, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int consumers;

  @Option(
      names = "--credit",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Messages that a consumer has unacknowledged at most, 1 to 100000 (default:"
              + " ${DEFAULT-VALUE}).")
  private int credit;

  /**
   * @param count messages of a round
   */
  void check(Checks checks, long count) {
    connections.check(checks);
    checks.within("--producers", producers, 1, 1_000);
    checks.within("--consumers", consumers, 1, 1_000);
    checks.within("--credit", credit, 1, ConsumerOptions.MAX_CREDIT);
    checks.require(
        count >= 2L * producers,
        "--count: at least 2 messages a producer, not %d for %d".formatted(count, producers));
  }

  void describe(Map<String, Object> settings) {
    connections.describe(settings);
    settings.put("producers", producers);
    settings.put("consumers", consumers);
    settings.put("credit", credit);
  }

  ConsumeBench.Load load() {
    return new ConsumeBench.Load(producers, consumers, credit, connections.number());
  }
}
