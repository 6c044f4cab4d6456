package dev.arpeggio.simulator;

import dev.arpeggio.simulator.hunt.HuntCommand;
import dev.arpeggio.simulator.hunt.MutantsCommand;
import dev.arpeggio.simulator.hunt.ReplayCommand;
import dev.arpeggio.simulator.owners.OwnersCommand;
import dev.arpeggio.simulator.paper.PaperCommand;
import dev.arpeggio.simulator.scale.ScaleCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The simulator's command line: reads arguments, writes data to stdout and talk to stderr. */
@Command(
    name = "simulate",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate rings                          one ring of 64 nodes%n"
            + "  bin/simulate rings --rings 100 --nodes 64   a hundred, each with its own seed%n"
            + "  bin/simulate rings --seed 7                 another ring; the same each time%n"
            + "  bin/simulate hunt --seeds 1..2000           hunts for violations of the invariants%n"
            + "  bin/simulate mutants                        shows that the hunt finds planted mistakes%n"
            + "  bin/simulate owners --seeds 1..1000         hunts for broken promises of a partition%n"
            + "  bin/simulate paper                          the published tables beside ours%n%n",
    header = "Runs rings and partitions of production code in one process, in virtual time.",
    synopsisHeading = "%nUsage: ",
    footer = {
      "",
      "Exit codes: 0 done, 1 a ring did not become ideal, a rule was broken, or a gate was missed,"
          + " 2 the arguments make no sense."
    },
    mixinStandardHelpOptions = true,
    version = "arpeggio 0.1.0",
    subcommands = {
      RingsCommand.class,
      HuntCommand.class,
      MutantsCommand.class,
      ReplayCommand.class,
      OwnersCommand.class,
      PaperCommand.class,
      ScaleCommand.class
    })
public final class Simulate implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run().
  private CommandSpec spec;

  private Simulate() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Simulate());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (failure, arguments) -> {
          failure.getCommandLine().getErr().println("simulate: " + failure.getMessage());
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to simulate, for example: bin/simulate rings");
  }
}
