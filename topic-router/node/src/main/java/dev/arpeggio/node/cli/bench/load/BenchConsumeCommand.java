package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures consuming with acknowledgement. */
@Command(
    name = "consume",
    description = {
      "Measure consuming: a backlog is published, then consumers take and acknowledge it, until"
          + " all",
      "acknowledgements are durable; beside the publishing in the same round. Every message is",
      "checked: all came, none twice, each producer's in order."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench consume",
      "  arpeggio bench consume --both --size 100",
      "  arpeggio bench consume --consumers 10 --partitions 4 -o csv",
      ""
    })
public final class BenchConsumeCommand implements Runnable, PrintsCsv {
  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

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

  @Option(
      names = "--both",
      description = "Also publish and consume the same number of messages at once.")
  private boolean both;

  /** The command. */
  public BenchConsumeCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench consume");
    options.check(checks);
    connections.check(checks);
    checks.within("--producers", producers, 1, 1_000);
    checks.within("--consumers", consumers, 1, 1_000);
    checks.within("--credit", credit, 1, ConsumerOptions.MAX_CREDIT);
    checks.require(
        options.messages().count() >= 2L * producers,
        "--count: at least 2 messages a producer, not " + options.messages().count());
    ConsumeBench.Load load =
        new ConsumeBench.Load(producers, consumers, credit, connections.number());
    Map<String, Object> settings = options.settings();
    connections.describe(settings);
    settings.put("producers", producers);
    settings.put("consumers", consumers);
    settings.put("credit", credit);
    bench.run(options, settings, rig -> new ConsumeBench(rig, options.messages(), load, both));
  }
}
