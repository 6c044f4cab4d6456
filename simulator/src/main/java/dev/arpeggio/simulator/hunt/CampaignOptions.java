package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Arguments;
import dev.arpeggio.simulator.terminal.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands that hunt have in common. */
final class CampaignOptions {
  private static final int MAX_NODES = 64;
  private static final int MAX_SUCCESSORS = 16;

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
      names = "--paces",
      defaultValue = "steady,local,lan,wan",
      paramLabel = "PACE,...",
      description = {
        "How fast nodes live, drawn for each run: one of production's presets, or 'steady', which"
            + " is 'lan' without quick rounds.",
        "Default: ${DEFAULT-VALUE}."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private String paces;

  @Option(
      names = "--out",
      defaultValue = ".",
      paramLabel = "DIR",
      description = "Where shrunk schedules are written. Default: the working directory.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Path directory;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  Span seeds() {
    return seeds;
  }

  Path directory() {
    return directory;
  }

  /**
   * The options of a campaign.
   *
   * @throws ParameterException if they make no sense
   */
  Planner.Options checked(Mutant mutant) {
    Arguments arguments = new Arguments(spec);
    arguments.requireSeeds(seeds);
    arguments.requireWithin("--nodes", nodes, 3, MAX_NODES);
    arguments.requireWithin("--successors", successors, 2, MAX_SUCCESSORS);
    arguments.require(
        successors.last() < nodes.last(),
        "--successors must be below --nodes, but "
            + successors.last()
            + " is not below "
            + nodes.last());
    arguments.require(
        Files.isDirectory(directory) && Files.isWritable(directory),
        "--out: " + directory + " is no directory that can be written to");
    return new Planner.Options(
        (int) nodes.first(),
        (int) nodes.last(),
        (int) successors.first(),
        (int) successors.last(),
        all(arguments, RunClass.class, classes),
        all(arguments, Pacing.class, paces),
        mutant);
  }

  private static <E extends Enum<E>> List<E> all(
      Arguments arguments, Class<E> type, String labels) {
    return Arrays.stream(labels.split(",", -1))
        .map(label -> arguments.constant(type, label))
        .toList();
  }
}
