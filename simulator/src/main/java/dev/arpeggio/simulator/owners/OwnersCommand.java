package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OwnerBug;
import dev.arpeggio.simulator.Fingerprint;
import dev.arpeggio.simulator.terminal.Arguments;
import dev.arpeggio.simulator.terminal.Label;
import dev.arpeggio.simulator.terminal.Progress;
import dev.arpeggio.simulator.terminal.Span;
import dev.arpeggio.simulator.terminal.Stopwatch;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hunts for broken promises of a partition that several nodes would own, one run a seed. */
@Command(
    name = "owners",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate owners --seeds 1..1000                   the partition as it is%n"
            + "  bin/simulate owners --seeds 1..100 --bug gap-kept     with a planted mistake%n%n",
    header = "Hunts for broken promises of a partition that several nodes would own.",
    synopsisHeading = "%nUsage: ",
    description = {
      "Each seed gives one run: two to five nodes over a model of ZooKeeper, producers, consumers,",
      "and faults; then all is well again, and everything has to be confirmed and consumed.",
      "Stops at the first broken promise. A campaign in which a fault never happened fails."
    },
    footer = {
      "",
      "Exit codes: 0 no promise broken, 1 a broken promise or a fault that never happened, 2 the"
          + " arguments make no sense."
    },
    mixinStandardHelpOptions = true)
public final class OwnersCommand implements Callable<Integer> {
  @Option(
      names = "--seeds",
      defaultValue = "1..300",
      converter = Span.Converter.class,
      paramLabel = "A..B",
      description = "First and last seed. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Span seeds;

  @Option(
      names = "--bug",
      defaultValue = "none",
      paramLabel = "NAME",
      description = "A mistake to plant in every node; an unknown name lists all.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private String bugName;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  private OwnersCommand() {}

  @Override
  public Integer call() {
    Arguments arguments = new Arguments(spec);
    arguments.requireSeeds(seeds);
    OwnerBug bug = arguments.constant(OwnerBug.class, bugName);
    PrintWriter err = spec.commandLine().getErr();
    Campaign campaign = new Campaign(bug);
    Fingerprint fingerprint = new Fingerprint();
    long total = seeds.last() - seeds.first() + 1;
    Stopwatch watch = new Stopwatch();
    Optional<Campaign.Found> found;
    try (Progress progress = Progress.on(err)) {
      found =
          campaign.run(
              seeds.first(),
              seeds.last(),
              (seed, of) -> {
                fingerprint.add(of);
                progress.update(campaign.runs() + " of " + total + " runs");
              });
    }
    report(campaign, watch.seconds(), fingerprint);
    if (found.isPresent()) {
      long seed = found.get().seed();
      err.println("seed " + seed + " breaks " + found.get().breach().getMessage());
      err.println(
          "see it again: bin/simulate owners --seeds "
              + seed
              + (bug == OwnerBug.NONE ? "" : " --bug " + Label.of(bug)));
      return 1;
    }
    Set<Fault> missing = campaign.missing();
    if (!missing.isEmpty()) {
      err.println(
          "simulate: never happened: "
              + missing.stream().map(Fault::label).collect(Collectors.joining(", "))
              + "; more seeds are needed");
      return 1;
    }
    return 0;
  }

  private void report(Campaign campaign, double seconds, Fingerprint fingerprint) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("fault           happened");
    for (Fault fault : Fault.values()) {
      out.println(
          String.format(Locale.ROOT, "%-15s  %7d", fault.label(), campaign.tally().of(fault)));
    }
    out.println(String.format(Locale.ROOT, "fingerprint %016x", fingerprint.value()));
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        String.format(
            Locale.ROOT,
            "%d runs, %d events; %.0f runs/s, %.0f events/s; all consumed after %d s at most,"
                + " simulated",
            campaign.runs(),
            campaign.events(),
            campaign.runs() / seconds,
            campaign.events() / seconds,
            campaign.longestSettling()));
    err.println("messages: " + campaign.tally().operations());
  }
}
