package dev.arpeggio.simulator.hunt;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one schedule from a file, exactly as it ran before. */
@Command(
    name = "replay",
    headerHeading =
        "Examples:%n"
            + "  bin/simulate replay hunt-no-padding-9.schedule           does it still break?%n"
            + "  bin/simulate replay hunt-no-padding-9.schedule --trace   and how?%n%n",
    header = "Runs a schedule that 'hunt' has written.",
    synopsisHeading = "%nUsage: ",
    description =
        "A trace has one line an event: milliseconds since the first ring was ideal (before the"
            + " line 'formed': since the beginning), what happened, the nodes that sent and"
            + " received, what was asked or done, what came of it, and details. Nodes appear by"
            + " number. A request's line stands where it is answered, or lost.",
    footer = {"", "Exit codes: 0 no violation, 1 a violation, 2 the file cannot be used."},
    mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
  private static final long MAX_BYTES = 1 << 20;

  @Parameters(paramLabel = "FILE", description = "What 'hunt' has written.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private Path file;

  @Option(names = "--trace", description = "Prints every event.")
  private boolean trace;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call().
  private CommandSpec spec;

  private ReplayCommand() {}

  @Override
  public Integer call() {
    Schedule schedule = read();
    PrintWriter out = spec.commandLine().getOut();
    if (trace) {
      out.println(Printer.HEADING);
    }
    World.Outcome outcome = World.run(schedule, trace ? new Printer(out) : Trace.NONE);
    out.println(
        outcome
            .violation()
            .map(violation -> "broken after " + millis(outcome.micros()) + " ms: " + violation)
            .orElse("no rule was broken"));
    out.println(
        String.format(
            Locale.ROOT, "%d events, fingerprint %016x", outcome.events(), outcome.fingerprint()));
    out.flush();
    return outcome.violation().isPresent() ? 1 : 0;
  }

  private Schedule read() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unusable("it is larger than " + MAX_BYTES + " bytes");
      }
      return ScheduleText.read(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw unusable("it is no text");
    } catch (IOException e) {
      throw unusable(e.getClass().getSimpleName());
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException unusable(String why) {
    return new ParameterException(spec.commandLine(), "cannot replay " + file + ": " + why);
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.3f", micros / 1000.0);
  }

  /** Writes fixed columns. */
  private record Printer(PrintWriter out) implements Trace {
    private static final String HEADING =
        columns("ms", "event", "from", "to", "kind", "outcome", "detail");

    @Override
    public boolean isOn() {
      return true;
    }

    @Override
    public void line(Line line) {
      out.println(
          columns(
              millis(line.micros()),
              line.event(),
              number(line.from()),
              number(line.to()),
              line.kind(),
              line.outcome(),
              line.detail()));
    }

    private static String number(int node) {
      return node == NOBODY ? "-" : Integer.toString(node);
    }

    private static String columns(
        String time,
        String event,
        String from,
        String to,
        String kind,
        String outcome,
        String detail) {
      return String.format(
          Locale.ROOT,
          "%12s  %-8s  %4s  %4s  %-13s  %-11s  %s",
          time,
          event,
          from,
          to,
          orDash(kind),
          orDash(outcome),
          orDash(detail));
    }

    private static String orDash(String word) {
      return word.isEmpty() ? "-" : word;
    }
  }
}
