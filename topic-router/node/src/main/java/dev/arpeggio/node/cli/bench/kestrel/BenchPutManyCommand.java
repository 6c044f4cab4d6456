package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Checks;
import dev.arpeggio.node.cli.bench.load.LoadOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many clients that put one item at a time. */
@Command(
    name = "put-many",
    description = {
      "Have many clients, each with its own connection, put one item after the other: the next",
      "when the one before is confirmed. By default 100,000 items, as in Kestrel's README, whose 16,294",
      "a second were not synced to disk."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench put-many",
      "  arpeggio bench put-many --clients 10 --roll-up 100 --size 4096",
      ""
    })
public final class BenchPutManyCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 100_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "100",
      description = "Clients, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--roll-up",
      paramLabel = "N",
      defaultValue = "1",
      description = "Items that a client puts at a time, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int rollUp;

  /** The command. */
  public BenchPutManyCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench put-many");
    options.check(checks);
    checks.within("--clients", clients, 1, 1_000);
    checks.within("--roll-up", rollUp, 1, 10_000);
    long count = options.messages().countOr(DEFAULT_COUNT);
    checks.require(
        count >= 2L * clients,
        "--count: at least 2 items a client, not %d for %d".formatted(count, clients));
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.put("clients", clients);
    settings.put("roll_up", rollUp);
    bench.run(
        options, settings, rig -> new PutMany(rig, options.messages(), count, clients, rollUp));
  }
}
