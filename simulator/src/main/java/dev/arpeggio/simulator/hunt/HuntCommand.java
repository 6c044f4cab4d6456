package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Arguments;
import dev.arpeggio.simulator.terminal.Label;
import dev.arpeggio.simulator.terminal.Progress;
import dev.arpeggio.simulator.terminal.Span;
import dev.arpeggio.simulator.terminal.Stopwatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hunts for violations of the ring's invariants, one schedule a seed. */
@Command(
    name = "hunt",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate hunt --seeds 1..2000                      the protocol as it is%n"
            + "  bin/simulate hunt --seeds 1..200 --mutant no-padding   with a planted mistake%n"
            + "  bin/simulate hunt --classes proof --nodes 6 --successors 3%n%n",
    header = "Hunts for violations of the ring's invariants.",
    synopsisHeading = "%nUsage: ",
    description = {
      "Each seed gives one schedule of faults. The first schedule that breaks a rule is shrunk",
      "and written to a file for 'replay'. A campaign in which a fault never happened fails."
    },
    footer = {
      "",
      "Exit codes: 0 no violation, 1 a violation or a fault that never happened, 2 the arguments"
          + " make no sense."
    },
    mixinStandardHelpOptions = true)
public final class HuntCommand implements Callable<Integer> {
  @Mixin private final CampaignOptions options = new CampaignOptions();

  @Option(
      names = "--mutant",
      defaultValue = "none",
      paramLabel = "NAME",
      description = "A mistake to plant in every node; an unknown name lists all.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private String mutant;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  private HuntCommand() {}

  @Override
  public Integer call() {
    Campaign campaign =
        new Campaign(options.checked(new Arguments(spec).constant(Mutant.class, mutant)));
    PrintWriter err = spec.commandLine().getErr();
    Span seeds = options.seeds();
    Stopwatch watch = new Stopwatch();
    Optional<Campaign.Found> found;
    try (Progress progress = Progress.on(err)) {
      found =
          campaign.run(
              seeds.first(),
              seeds.last(),
              seed -> progress.update("seed " + seed + " of " + seeds.last()));
    }
    report(campaign, watch.seconds());
    if (found.isPresent()) {
      return keep(found.get());
    }
    Set<Fault> missing = campaign.missing();
    if (!missing.isEmpty()) {
      err.println(
          "simulate: never happened: "
              + missing.stream().map(Label::of).collect(Collectors.joining(", "))
              + "; more seeds are needed");
      return 1;
    }
    return 0;
  }

  private void report(Campaign campaign, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("fault           happened");
    for (Fault fault : Fault.values()) {
      out.println(
          String.format(Locale.ROOT, "%-14s  %8d", Label.of(fault), campaign.tally().of(fault)));
    }
    out.flush();
    spec.commandLine()
        .getErr()
        .println(
            String.format(
                Locale.ROOT,
                "%d runs, %d events; %.0f runs/s, %.0f events/s; ideal again after %.1f s at most,"
                    + " simulated",
                campaign.runs(),
                campaign.events(),
                campaign.runs() / seconds,
                campaign.events() / seconds,
                campaign.longestRepairMicros() / 1e6));
  }

  private int keep(Campaign.Found found) {
    PrintWriter err = spec.commandLine().getErr();
    Schedule whole = found.schedule();
    err.println("seed " + whole.seed() + " breaks " + found.outcome().violation().orElseThrow());
    Catch caught = Catch.shrunk(found);
    Schedule small = caught.small();
    err.println(
        String.format(
            Locale.ROOT,
            "shrunk in %d runs: actions %d -> %d, nodes %d -> %d, r %d -> %d, %d -> %d ms",
            caught.runs(),
            whole.actions().size(),
            small.actions().size(),
            whole.members().size(),
            small.members().size(),
            whole.successors(),
            small.successors(),
            whole.durationMillis(),
            small.durationMillis()));
    try {
      err.println(
          "see it again: bin/simulate replay " + caught.write(options.directory()) + " --trace");
      return 1;
    } catch (IOException e) {
      err.println("simulate: cannot write into " + options.directory() + ": " + e);
      return 2;
    }
  }
}
