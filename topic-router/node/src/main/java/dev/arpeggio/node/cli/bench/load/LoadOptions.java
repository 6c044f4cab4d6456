package dev.arpeggio.node.cli.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** What all benchmarks with messages take: how often, against what, and which messages. */
public final class LoadOptions {
  @Mixin private final RoundOptions rounds = new RoundOptions();

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Mixin private final MessageOptions messages = new MessageOptions();

  /** Refuses what cannot be. */
  public void check(Checks checks) {
    rounds.check(checks);
    cluster.check(checks);
    messages.check(checks);
  }

  RoundOptions rounds() {
    return rounds;
  }

  ClusterOptions cluster() {
    return cluster;
  }

  /** Which messages, and how the client sends them. */
  public MessageOptions messages() {
    return messages;
  }

  /** What was chosen of the messages, to be added to. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    messages.describe(settings);
    return settings;
  }
}
