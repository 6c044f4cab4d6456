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

/** Many clients that wait for what one producer trickles in. */
@Command(
    name = "many-clients",
    description = {
      "Have one producer trickle in items, while many clients, each with its own connection, wait",
      "for them. By default 100 items, 10 a second. Ends with 0 only if every item was confirmed",
      "by one client exactly once."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench many-clients",
      "  arpeggio bench many-clients --clients 500 --count 1000 --rate 100 --kill 10",
      ""
    })
public final class BenchManyClientsCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 100;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "100",
      description = "Clients that wait, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "Items put a second, 1 to 100000 (default: ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--kill",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "Of the items, how many go to a client that goes away before it confirms them, 0 to 99"
              + " (default: ${DEFAULT-VALUE}).")
  private int kill;

  /** The command. */
  public BenchManyClientsCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench many-clients");
    options.check(checks);
    checks.within("--clients", clients, 1, 1_000);
    checks.within("--rate", rate, 1, 100_000);
    checks.within("--kill", kill, 0, 99);
    int count = Math.toIntExact(options.messages().countOr(DEFAULT_COUNT));
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.put("clients", clients);
    settings.put("rate", rate);
    settings.put("kill_percent", kill);
    Readers.Plan plan =
        new Readers.Plan(count, rate, clients, 1, clients, kill, Reader.Drops.BY_DEATH);
    bench.run(options, settings, rig -> new Readers(rig, options.messages(), plan));
  }
}
