package dev.arpeggio.node.cli;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.node.cli.bench.BenchCommand;
import dev.arpeggio.node.cli.bench.BenchLogCommand;
import dev.arpeggio.node.cli.bench.kestrel.BenchFloodCommand;
import dev.arpeggio.node.cli.bench.kestrel.BenchLeakyReaderCommand;
import dev.arpeggio.node.cli.bench.kestrel.BenchManyClientsCommand;
import dev.arpeggio.node.cli.bench.kestrel.BenchPackingCommand;
import dev.arpeggio.node.cli.bench.kestrel.BenchPutManyCommand;
import dev.arpeggio.node.cli.bench.load.BenchConsumeCommand;
import dev.arpeggio.node.cli.bench.load.BenchGrowthCommand;
import dev.arpeggio.node.cli.bench.load.BenchPublishCommand;
import dev.arpeggio.node.cli.bench.load.BenchRoundtripCommand;
import dev.arpeggio.node.cli.bench.ring.BenchRingCommand;
import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.failover.BenchFailoverCommand;
import dev.arpeggio.node.cli.failover.BenchRestartCommand;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.OutputClosedException;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs one command: parses the command line, fills in settings, runs, and turns whatever goes wrong
 * into one line and an exit code.
 */
final class Cli {
  private Cli() {}

  /** Runs the command that the arguments name, to its end, and returns its exit code. */
  static int run(Console console, Map<String, String> environment, String... arguments) {
    ArpeggioCommand root = new ArpeggioCommand();
    CommandLine commandLine = assemble(root, console, ContextStore.of(environment));
    try {
      commandLine.setDefaultValueProvider(
          Settings.load(environment, List.of(arguments), SettingNames.of(commandLine)));
    } catch (Failure e) {
      return report(console, root, e);
    }
    Logging.ofClient(console.err(), List.of(arguments).contains("--verbose"));
    commandLine.setParameterExceptionHandler((e, args) -> report(console, root, usage(e)));
    commandLine.setExecutionStrategy(parsed -> execute(root, parsed));
    commandLine.setExecutionExceptionHandler((e, line, parsed) -> report(console, root, e));
    StringWriter help = new StringWriter();
    commandLine.setOut(new PrintWriter(help));
    int exitCode = commandLine.execute(arguments);
    try {
      if (help.getBuffer().length() > 0) {
        console.print(help.toString().stripTrailing());
      }
      return exitCode;
    } catch (OutputClosedException e) {
      return report(console, root, e);
    }
  }

  private static CommandLine assemble(
      ArpeggioCommand root, Console console, ContextStore contexts) {
    CommandLine commandLine =
        new CommandLine(root)
            .addSubcommand(new DemoCommand(console, root))
            .addSubcommand(new DevCommand(console, root))
            .addSubcommand(new NodeCommand(console, root))
            .addSubcommand(new ZooKeeperCommand(console, root))
            .addSubcommand(new RehearseCommand(console))
            .addSubcommand(new DoctorCommand(console, root))
            .addSubcommand(
                new CommandLine(new TopicCommand())
                    .addSubcommand(new TopicCreateCommand(console, root))
                    .addSubcommand(new TopicListCommand(console, root))
                    .addSubcommand(new TopicInfoCommand(console, root))
                    .addSubcommand(new TopicUpdateCommand(console, root))
                    .addSubcommand(new TopicPurgeCommand(console))
                    .addSubcommand(new TopicDeleteCommand(console)))
            .addSubcommand(new PublishCommand(console, root))
            .addSubcommand(new ConsumeCommand(console, root))
            .addSubcommand(new PeekCommand(console, root))
            .addSubcommand(new SeekCommand(console))
            .addSubcommand(
                new CommandLine(new DlqCommand())
                    .addSubcommand(new DlqListCommand(console, root))
                    .addSubcommand(new DlqReadCommand(console, root))
                    .addSubcommand(new DlqRedriveCommand(console, root))
                    .addSubcommand(new DlqPurgeCommand(console)))
            .addSubcommand(
                new CommandLine(new RingCommand())
                    .addSubcommand(new RingShowCommand(console, root))
                    .addSubcommand(new RingNodeCommand(console, root))
                    .addSubcommand(new RingCheckCommand(console, root))
                    .addSubcommand(new RingTraceCommand(console, root)))
            .addSubcommand(
                new CommandLine(new ContextCommand())
                    .addSubcommand(new ContextCreateCommand(contexts))
                    .addSubcommand(new ContextListCommand(console, root, contexts))
                    .addSubcommand(new ContextUseCommand(contexts))
                    .addSubcommand(new ContextShowCommand(console, root, contexts))
                    .addSubcommand(new ContextDeleteCommand(contexts)))
            .addSubcommand(
                new CommandLine(new ConfigCommand())
                    .addSubcommand(new ConfigShowCommand(console, root)))
            .addSubcommand(new CompletionCommand(console))
            .addSubcommand(
                new CommandLine(new TokenCommand())
                    .addSubcommand(new TokenCreateCommand(console, root)))
            .addSubcommand(
                new CommandLine(new BenchCommand())
                    .addSubcommand(new BenchPublishCommand(console, root::output))
                    .addSubcommand(new BenchConsumeCommand(console, root::output))
                    .addSubcommand(new BenchRoundtripCommand(console, root::output))
                    .addSubcommand(new BenchGrowthCommand(console, root::output))
                    .addSubcommand(new BenchLogCommand(console, root::output))
                    .addSubcommand(new BenchRingCommand(console, root::output))
                    .addSubcommand(new BenchPutManyCommand(console, root::output))
                    .addSubcommand(new BenchManyClientsCommand(console, root::output))
                    .addSubcommand(new BenchFloodCommand(console, root::output))
                    .addSubcommand(new BenchPackingCommand(console, root::output))
                    .addSubcommand(new BenchLeakyReaderCommand(console, root::output))
                    .addSubcommand(new BenchFailoverCommand(console, root::json))
                    .addSubcommand(new BenchRestartCommand(console, root::json)));
    commandLine.registerConverter(HostAndPort.class, HostAndPort::of);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(100);
    // Help begins with examples, which picocli calls the footer.
    List<String> sections = new ArrayList<>(commandLine.getHelpSectionKeys());
    List<String> examples =
        List.of(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING, UsageMessageSpec.SECTION_KEY_FOOTER);
    sections.removeAll(examples);
    sections.addAll(0, examples);
    commandLine.setHelpSectionKeys(sections);
    return commandLine;
  }

  /** Refuses a format that the command does not know before it does anything. */
  private static int execute(ArpeggioCommand root, ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.get(commands.size() - 1);
    if (root.output() == OutputFormat.CSV && !(last.getCommand() instanceof PrintsCsv)) {
      throw new ParameterException(last, "only benchmarks print csv");
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static Failure usage(ParameterException e) {
    if (e.getCause() instanceof Failure failure) {
      return failure;
    }
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return Failure.usage(e.getMessage(), "see " + command + " --help");
  }

  private static int report(Console console, ArpeggioCommand root, Exception e) {
    if (e instanceof OutputClosedException closed && closed.readerHasGone()) {
      return ExitCode.OK.value();
    }
    Failure failure = asFailure(e);
    console.say("arpeggio: " + failure.getMessage());
    if (root.verbose()) {
      e.printStackTrace(console.err());
    }
    return failure.exitCode().value();
  }

  private static Failure asFailure(Exception e) {
    if (e instanceof Failure failure) {
      return failure;
    }
    if (e instanceof ArpeggioException refused) {
      return ClientErrors.explain(refused);
    }
    if (e instanceof OutputClosedException closed) {
      return new Failure(
          ExitCode.FAILED,
          "cannot write to standard output: " + closed.problem(),
          "make room there, or write elsewhere");
    }
    return new Failure(
        ExitCode.FAILED,
        "defect in the command line: " + e,
        "please report it with what --verbose adds");
  }
}
