package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.OutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command that holds all others, and the options that all of them take. */
@Command(
    name = "arpeggio",
    versionProvider = Version.class,
    description =
        "A durable message queue whose nodes form a ring and keep their state in ZooKeeper.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio demo                       three nodes, two of them killed, nothing lost",
      "  arpeggio dev                        a ring to work with, on this machine",
      "  arpeggio topic create orders",
      "  arpeggio publish orders orders.txt  every line a message",
      "  arpeggio consume orders",
      ""
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:the command line, a setting or a file is wrong; nothing was done",
      "3:the topic does not exist",
      "4:no node, or no ZooKeeper, could serve the call"
    })
final class ArpeggioCommand {
  // Private fields are read here; the others are declared for the parser and the help text alone.

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      defaultValue = "table",
      completionCandidates = OutputWords.class,
      description = "How to print data: table or json; benchmarks also csv.")
  private OutputFormat output = OutputFormat.TABLE;

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "Settings, as lines NAME=VALUE with the names of the long options. An option on the"
              + " command line comes first, then ARPEGGIO_NAME in the environment, then this file,"
              + " then the context. Also ARPEGGIO_CONFIG.")
  String config = "";

  @Option(
      names = "--context",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description =
          "The cluster to connect to, as arpeggio context create named it. Also ARPEGGIO_CONTEXT.")
  String context = "";

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this and do nothing.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and do nothing.")
  boolean version;

  OutputFormat output() {
    return output;
  }

  boolean json() {
    return output == OutputFormat.JSON;
  }

  boolean verbose() {
    return verbose;
  }
}
