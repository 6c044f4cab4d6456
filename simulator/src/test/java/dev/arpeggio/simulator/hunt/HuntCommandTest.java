package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Mutant;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From the command line: what is found, what is written, and with which code it ends. */
final class HuntCommandTest {
  private static final Pattern COLUMNS =
      Pattern.compile(
          " *-?\\d+\\.\\d{3}  (?<event>\\S+) +(?<from>\\d+|-) +(?<to>\\d+|-)"
              + "  (?<kind>\\S+) +(?<outcome>\\S+) +\\S.*");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  @Test
  void aMistakeIsFoundShrunkWrittenAndReplayed() throws IOException {
    assertEquals(1, hunt("--seeds", "1..20", "--mutant", "no-padding"));
    assertTrue(err.toString().contains("see it again: bin/simulate replay "), err.toString());
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    assertEquals(1, files.size(), files.toString());
    out.getBuffer().setLength(0);
    assertEquals(1, run(ReplayCommand.class, files.get(0).toString(), "--trace"));
    List<String> lines = out.toString().lines().toList();
    assertTrue(
        lines.get(0).matches(" *ms  event     from    to  kind           outcome      detail"),
        lines.get(0));
    assertTrue(lines.stream().anyMatch(line -> line.contains("broken after")), out.toString());
    assertTrue(
        lines.stream()
            .skip(1)
            .limit(lines.size() - 3L)
            .allMatch(line -> COLUMNS.matcher(line).matches()),
        out.toString());
    assertTrue(hasLine(lines, "request", "state?", "state"), out.toString());
    assertTrue(hasLine(lines, "answer", "notify", "accepted"), out.toString());
    assertTrue(hasLine(lines, "request", "state?", "unreachable|dark"), out.toString());
    assertTrue(hasLine(lines, "failure", "state?", "unreachable|timed-out"), out.toString());
  }

  private static boolean hasLine(List<String> lines, String event, String kind, String outcome) {
    return lines.stream()
        .map(COLUMNS::matcher)
        .anyMatch(
            columns ->
                columns.matches()
                    && columns.group("event").equals(event)
                    && columns.group("kind").equals(kind)
                    && columns.group("outcome").matches(outcome)
                    && !columns.group("from").equals("-")
                    && !columns.group("to").equals("-"));
  }

  @Test
  void everyMutantHasItsRow() throws IOException {
    assertEquals(
        1, run(MutantsCommand.class, "--seeds", "1", "--out", directory.toString()), "not all");
    List<String> lines = out.toString().lines().toList();
    assertEquals(Mutant.values().length, lines.size(), out.toString());
    for (String line : lines.subList(1, lines.size())) {
      List<String> words = Arrays.asList(line.split(" +"));
      if (words.get(1).equals("1")) {
        String file = words.get(words.size() - 1);
        assertEquals(1, run(ReplayCommand.class, file), line);
      } else {
        assertEquals("-", words.get(1), line);
      }
    }
  }

  @Test
  void aFaultThatNeverHappenedMakesTheCampaignFail() {
    assertEquals(1, hunt("--seeds", "1", "--classes", "proof"));
    assertTrue(err.toString().contains("never happened: "), err.toString());
  }

  @Test
  void argumentsThatMakeNoSenseAreOneClearLineAndCodeTwo() {
    for (List<String> arguments :
        List.of(
            List.of("--seeds", "5..1"),
            List.of("--seeds", "-1"),
            List.of("--seeds", "1..99999999999"),
            List.of("--seeds", "some"),
            List.of("--nodes", "0..4"),
            List.of("--nodes", "4..1000"),
            List.of("--successors", "0..2"),
            List.of("--nodes", "4", "--successors", "4"),
            List.of("--mutant", "no-such-mistake"),
            List.of("--classes", "proof,luck"),
            List.of("--classes", "proof,"),
            List.of("--paces", "lan,hurried"),
            List.of("--out", "/no/such/directory"))) {
      err.getBuffer().setLength(0);
      assertEquals(
          2, run(HuntCommand.class, arguments.toArray(new String[0])), arguments.toString());
      assertEquals(1, err.toString().lines().count(), err.toString());
    }
    assertEquals("", out.toString());
  }

  @Test
  void filesThatAreNoSchedulesAreOneClearLineAndCodeTwo() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "something else\n");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {-1, -2, -3});
    for (Path file : List.of(other, binary, directory, directory.resolve("missing"))) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(ReplayCommand.class, file.toString()), file.toString());
      assertEquals(1, err.toString().lines().count(), err.toString());
      assertTrue(err.toString().contains("cannot replay"), err.toString());
    }
    assertEquals("", out.toString());
  }

  private int hunt(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--out", directory.toString()));
    return run(HuntCommand.class, all.toArray(new String[0]));
  }

  private int run(Class<?> command, String... arguments) {
    CommandLine commandLine = new CommandLine(command);
    commandLine.setParameterExceptionHandler(
        (failure, ignored) -> {
          failure.getCommandLine().getErr().println("simulate: " + failure.getMessage());
          return CommandLine.ExitCode.USAGE;
        });
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
