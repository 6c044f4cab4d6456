package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Label;
import dev.arpeggio.simulator.terminal.Progress;
import dev.arpeggio.simulator.terminal.Span;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows that the hunt finds every mistake that can be planted, and how small it becomes. */
@Command(
    name = "mutants",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate mutants --out target     then replay what it has written there%n%n",
    header = "Hunts every planted mistake, and shrinks what shows it.",
    synopsisHeading = "%nUsage: ",
    description = {
      "One line a mistake: the first seed that shows it, the rule that it breaks, and the size of",
      "the schedule before and after shrinking. Each shrunk schedule is written for 'replay'."
    },
    footer = {
      "",
      "Exit codes: 0 every mistake was found, 1 one was not, 2 the arguments make no sense."
    },
    mixinStandardHelpOptions = true)
public final class MutantsCommand implements Callable<Integer> {
  @Mixin private final CampaignOptions options = new CampaignOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  private MutantsCommand() {}

  @Override
  public Integer call() {
    options.checked(Mutant.NONE);
    PrintWriter err = spec.commandLine().getErr();
    print("mutant", "seed", "breaks", "actions", "nodes", "r", "ms", "replay");
    int missed = 0;
    for (Mutant mutant : Mutant.values()) {
      if (mutant == Mutant.NONE) {
        continue;
      }
      Optional<Campaign.Found> found = hunt(mutant);
      if (found.isEmpty()) {
        print(Label.of(mutant), "-", "-", "-", "-", "-", "-", "-");
        missed++;
        continue;
      }
      try {
        row(Catch.shrunk(found.get()));
      } catch (IOException e) {
        err.println("simulate: cannot write into " + options.directory() + ": " + e);
        return 2;
      }
    }
    return missed == 0 ? 0 : 1;
  }

  private Optional<Campaign.Found> hunt(Mutant mutant) {
    Span seeds = options.seeds();
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      return new Campaign(options.checked(mutant))
          .run(
              seeds.first(),
              seeds.last(),
              seed -> progress.update(Label.of(mutant) + ", seed " + seed));
    }
  }

  private void row(Catch caught) throws IOException {
    Schedule whole = caught.whole();
    Schedule small = caught.small();
    print(
        Label.of(whole.mutant()),
        String.valueOf(whole.seed()),
        caught.violation().rule(),
        change(whole.actions().size(), small.actions().size()),
        change(whole.members().size(), small.members().size()),
        change(whole.successors(), small.successors()),
        change(whole.durationMillis(), small.durationMillis()),
        "bin/simulate replay " + caught.write(options.directory()));
  }

  private static String change(int before, int after) {
    return before + " -> " + after;
  }

  private void print(Object... cells) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%-22s  %5s  %-7s  %-8s  %-8s  %-6s  %-14s  %s", cells));
    out.flush();
  }
}
