package dev.arpeggio.node.cli.bench.ring;

import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Checks;
import dev.arpeggio.node.cli.bench.load.RoundOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures lookups on a ring of real connections. */
@Command(
    name = "ring",
    description = {
      "Measure lookups on a ring of nodes in this process that talk over gRPC and the loopback",
      "interface, each with a port and a thread of its own. Every owner found is checked."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench ring",
      "  arpeggio bench ring --nodes 64 --in-flight 1 -o json",
      ""
    })
public final class BenchRingCommand implements Runnable, PrintsCsv {
  private final Console console;
  private final Bench bench;

  @Mixin private final RoundOptions rounds = new RoundOptions();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "16",
      description = "Nodes of the ring, 1 to 128 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--lookups",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Lookups of a round, 1 to 100000000 (default: ${DEFAULT-VALUE}).")
  private long lookups;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "32",
      description = "Lookups under way at a time, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  /** The command. */
  public BenchRingCommand(Console console, Supplier<OutputFormat> output) {
    this.console = console;
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench ring");
    rounds.check(checks);
    checks.within("--nodes", nodes, 1, 128);
    checks.within("--lookups", lookups, 1, 100_000_000);
    checks.within("--in-flight", inFlight, 1, 1_000);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("nodes", nodes);
    settings.put("lookups", lookups);
    settings.put("in_flight", inFlight);
    console.say("forming a ring of " + nodes);
    try (GrpcRing ring = GrpcRing.start(nodes)) {
      bench.run(rounds, settings, new RingBench(ring, ring::owner, lookups, inFlight));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the ring could not be formed: " + e.getMessage(),
          "run it again on a machine that has less to do",
          e);
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "run it again", e);
    }
  }
}
