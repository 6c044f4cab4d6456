package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Span;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  private static final long MAX_SEED = 1_000_000_000L;
  private static final int MAX_NODES = 64;
  private static final int MAX_SUCCESSORS = 16;
  private static final int MAX_SHRINKING_RUNS = 1_000;

  @Option(
      names = "--seeds",
      defaultValue = "1..500",
      converter = Span.Converter.class,
      paramLabel = "A..B",
      description = "First and last seed. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Span seeds;

  @Option(
      names = "--nodes",
      defaultValue = "4..20",
      converter = Span.Converter.class,
      paramLabel = "A..B",
      description = "Nodes of the first ring, 3 to 64. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Span nodes;

  @Option(
      names = "--successors",
      defaultValue = "2..5",
      converter = Span.Converter.class,
      paramLabel = "A..B",
      description =
          "Length of successor lists, 2 to 16 and below the nodes. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Span successors;

  @Option(
      names = "--classes",
      defaultValue = "proof,budget,healing",
      paramLabel = "CLASS,...",
      description = "Kinds of runs, taken in turns. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private String classes;

  @Option(
      names = "--mutant",
      defaultValue = "none",
      paramLabel = "NAME",
      description = "A mistake to plant in every node; an unknown name lists all.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private String mutant;

  @Option(
      names = "--out",
      defaultValue = ".",
      paramLabel = "DIR",
      description = "Where the shrunk schedule is written. Default: the working directory.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Path directory;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  private HuntCommand() {}

  @Override
  public Integer call() {
    Planner.Options options = options();
    PrintWriter err = spec.commandLine().getErr();
    Campaign campaign = new Campaign(options);
    Progress progress = new Progress(err, seeds.last() - seeds.first() + 1);
    long start = System.nanoTime();
    Optional<Campaign.Found> found =
        campaign.run(seeds.first(), seeds.last(), seed -> progress.runDone());
    double seconds = (System.nanoTime() - start) / 1e9;
    progress.end();
    report(campaign, seconds);
    if (found.isPresent()) {
      return shrinkAndWrite(found.get());
    }
    Set<Fault> missing = campaign.missing();
    if (!missing.isEmpty()) {
      err.println(
          "simulate: never happened: "
              + missing.stream().map(ScheduleText::label).collect(Collectors.joining(", "))
              + "; more seeds are needed");
      return 1;
    }
    return 0;
  }

  private Planner.Options options() {
    require(seeds.isWithin(0, MAX_SEED), "--seeds must lie in 0.." + MAX_SEED);
    require(nodes.isWithin(3, MAX_NODES), "--nodes must lie in 3.." + MAX_NODES);
    require(
        successors.isWithin(2, MAX_SUCCESSORS), "--successors must lie in 2.." + MAX_SUCCESSORS);
    require(
        successors.last() < nodes.last(),
        "--successors must be below --nodes, but "
            + successors.last()
            + " is not below "
            + nodes.last());
    require(
        Files.isDirectory(directory) && Files.isWritable(directory),
        "--out: " + directory + " is no directory that can be written to");
    List<RunClass> chosen =
        Arrays.stream(classes.split(",")).map(word -> named(RunClass.class, word)).toList();
    return new Planner.Options(
        (int) nodes.first(),
        (int) nodes.last(),
        (int) successors.first(),
        (int) successors.last(),
        chosen,
        named(Mutant.class, mutant));
  }

  private <E extends Enum<E>> E named(Class<E> type, String word) {
    E[] constants = type.getEnumConstants();
    for (E constant : constants) {
      if (ScheduleText.label(constant).equals(word)) {
        return constant;
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "'"
            + word
            + "' is none of "
            + Arrays.stream(constants).map(ScheduleText::label).collect(Collectors.joining(", ")));
  }

  private void report(Campaign campaign, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("fault           happened");
    for (Fault fault : Fault.values()) {
      out.println(
          String.format(
              Locale.ROOT, "%-14s  %8d", ScheduleText.label(fault), campaign.tally().of(fault)));
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

  private int shrinkAndWrite(Campaign.Found found) {
    PrintWriter err = spec.commandLine().getErr();
    Schedule whole = found.schedule();
    err.println("seed " + whole.seed() + " breaks " + found.outcome().violation().orElseThrow());
    Shrinker.Result result = Shrinker.shrink(whole, found.outcome(), MAX_SHRINKING_RUNS);
    Schedule small = result.schedule();
    err.println(
        String.format(
            Locale.ROOT,
            "shrunk in %d runs: actions %d -> %d, nodes %d -> %d, r %d -> %d, %d -> %d ms",
            result.runs(),
            whole.actions().size(),
            small.actions().size(),
            whole.members().size(),
            small.members().size(),
            whole.successors(),
            small.successors(),
            whole.durationMillis(),
            small.durationMillis()));
    Path file =
        directory.resolve(
            "hunt-" + ScheduleText.label(whole.mutant()) + "-" + whole.seed() + ".schedule");
    String text =
        ScheduleText.write(small, String.valueOf(result.outcome().violation().orElseThrow()));
    try {
      write(file, text);
    } catch (IOException e) {
      err.println("simulate: cannot write " + file + ": " + e);
      return 2;
    }
    err.println("see it again: bin/simulate replay " + file + " --trace");
    return 1;
  }

  /** All of the file or nothing. */
  private void write(Path file, String text) throws IOException {
    Path part = Files.createTempFile(directory, "hunt-", ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }

  /** A line that is written over and over, on a terminal only. */
  private static final class Progress {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final PrintWriter err;
    private final long total;
    // bin/simulate knows; from Java 22 on, a console says nothing about a terminal.
    private final boolean terminal = Boolean.getBoolean("arpeggio.interactive");
    private long done;
    private long nextNanos = System.nanoTime() + SECOND_NANOS;

    Progress(PrintWriter err, long total) {
      this.err = err;
      this.total = total;
    }

    void runDone() {
      done++;
      if (terminal && System.nanoTime() - nextNanos >= 0) {
        nextNanos = System.nanoTime() + SECOND_NANOS;
        err.print("\r" + done + " of " + total + " runs");
        err.flush();
      }
    }

    void end() {
      if (terminal) {
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }
}
