package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the published tables beside ours, and says whether every gate is met. */
@Command(
    name = "paper",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate paper                          every table; some minutes%n"
            + "  bin/simulate paper --table failures         one table; seconds%n"
            + "  bin/simulate paper --table churn            lookups while nodes come and go; minutes%n"
            + "  bin/simulate paper --table load -o json     for programs, one line a table%n"
            + "  bin/simulate paper --report /tmp/report     also one page with plots%n%n",
    header = "Repeats the published experiments with this project's code.",
    synopsisHeading = "%nUsage: ",
    description = {
      "The figures are those of I. Stoica et al., \"Chord: a scalable peer-to-peer lookup protocol"
          + " for Internet applications\", IEEE/ACM ToN 11(1), 2003; ours stand beside them, with a"
          + " verdict a row. Exit code 1 if a gate is missed."
    },
    mixinStandardHelpOptions = true)
public final class PaperCommand implements Callable<Integer> {
  /** The order is that of the output. */
  enum Choice {
    PATH_LENGTH,
    LOAD,
    VIRTUAL_NODES,
    FAILURES,
    CHURN,
    ALL;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  enum Format {
    TABLE,
    JSON
  }

  @Option(
      names = "--table",
      defaultValue = "all",
      description = "Which one: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Choice table = Choice.ALL;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Any whole number; the same seed prints the same. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Also write the tables and their plots to DIR/paper.html, one page on its own.")
  private @Nullable Path report;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How to print data: table or json.")
  private Format format = Format.TABLE;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  @Override
  public Integer call() {
    Path directory = report;
    if (directory != null) {
      if (directory.toString().isEmpty()) {
        throw new ParameterException(spec.commandLine(), "--report needs a directory");
      }
      try {
        Report.prepare(directory);
      } catch (IOException e) {
        throw new ParameterException(
            spec.commandLine(), "cannot write to --report " + directory + ": " + reason(e));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<Table> tables = new ArrayList<>();
    for (Choice choice : Choice.values()) {
      if (choice != Choice.ALL && (table == Choice.ALL || table == choice)) {
        List<Table> measured = measure(choice);
        measured.forEach(one -> print(one, out));
        tables.addAll(measured);
      }
    }
    if (directory != null) {
      try {
        err.println("simulate: the report is in " + Report.write(directory, seed, tables));
      } catch (IOException e) {
        err.println("simulate: cannot write the report: " + reason(e));
        return 1;
      }
    }
    List<Table> missed = tables.stream().filter(Table::isMissed).toList();
    missed.forEach(failed -> err.println("simulate: a gate of " + failed.name() + " is missed"));
    if (missed.isEmpty()) {
      err.println("simulate: every gate is met");
    }
    return missed.isEmpty() ? 0 : 1;
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is there and no directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  private List<Table> measure(Choice choice) {
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      return experiment(choice).measure(seed, progress);
    }
  }

  private static Experiment experiment(Choice choice) {
    return switch (choice) {
      case PATH_LENGTH -> new PathLength(1 << 14);
      case LOAD -> new Load(10_000, 5);
      case VIRTUAL_NODES -> new VirtualNodes(10_000, 5);
      case FAILURES -> new Failures(1000, 10_000);
      case CHURN -> new Churn(1000, 10_000, 5, Mutant.NONE);
      case ALL -> throw new IllegalStateException("no table is called " + choice);
    };
  }

  private void print(Table measured, PrintWriter out) {
    if (format == Format.JSON) {
      out.println(Print.json(measured));
    } else {
      Print.text(measured).forEach(out::println);
      out.println();
    }
    out.flush();
  }
}
