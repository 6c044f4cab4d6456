package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line: what goes where, and with which code it ends. */
final class SimulateTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void ringsPrintsALineForEachRingAndTalksElsewhere() {
    assertEquals(0, run("rings", "--rings", "3", "--nodes", "5", "--seed", "40"));
    assertEquals(4, out.toString().lines().count());
    assertTrue(out.toString().lines().skip(1).findFirst().orElse("").startsWith("40  5  "));
    assertEquals(1, err.toString().lines().count());
    assertTrue(err.toString().startsWith("3 rings ideal after "));
  }

  @Test
  void ringsWithChurnAreIdealAtTheEndAndTheSameEachTime() {
    String[] arguments = {"rings", "--rings", "4", "--nodes", "12", "--minutes", "3"};
    assertEquals(0, run(arguments));
    String first = out.toString();
    for (String line : first.lines().skip(1).toList()) {
      int changes = Integer.parseInt(line.split("  ", -1)[3]);
      assertTrue(changes > 4 && changes < 40, line);
    }
    out.getBuffer().setLength(0);
    run(arguments);
    assertEquals(first, out.toString());
  }

  @Test
  void theSameArgumentsPrintTheSameData() {
    run("rings", "--nodes", "12", "--seed", "-3");
    String first = out.toString();
    out.getBuffer().setLength(0);
    run("rings", "--nodes", "12", "--seed", "-3");
    assertEquals(first, out.toString());
  }

  @Test
  void argumentsThatMakeNoSenseAreOneClearLineAndCodeTwo() {
    for (String[] arguments :
        new String[][] {
          {},
          {"no-such-command"},
          {"rings", "--rings", "0"},
          {"rings", "--nodes", "-1"},
          {"rings", "--nodes", "many"},
          {"rings", "--nodes"},
          {"rings", "--no-such-option"},
          {"paper", "--table", "no-such-table"},
          {"rings", "--minutes", "-1"},
          {"paper", "--seed", "x"},
          {"scale", "--nodes", "0"},
          {"scale", "--nodes", "-1000"},
          {"scale", "--nodes", "4"},
          {"scale", "--nodes", "1e6"},
          {"scale", "--seed", "x"},
          {"scale", "--seed", "9223372036854775808"},
          {"scale", "--minutes", "1001"},
          {"scale", "--nodes", "2000001"},
          {"scale", "--minutes", "0"},
        }) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(arguments), String.join(" ", arguments));
      assertEquals(1, err.toString().lines().count(), err.toString());
      assertTrue(err.toString().startsWith("simulate: "), err.toString());
    }
    assertEquals("", out.toString());
  }

  @Test
  void helpBeginsWithExamples() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().startsWith("Examples:"), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, run("rings", "--help"));
    assertTrue(out.toString().startsWith("Examples:"), out.toString());
  }

  @Test
  void paperWritesOnePageThatNeedsNothingElse(@TempDir Path directory) throws IOException {
    Path reports = directory.resolve("new");
    assertEquals(0, run("paper", "--table", "failures", "--report", reports.toString()));
    try (Stream<Path> files = Files.list(reports)) {
      assertEquals(List.of(reports.resolve("paper.html")), files.toList());
    }
    String page = Files.readString(reports.resolve("paper.html"));
    assertEquals(2, page.split("<svg ", -1).length - 1);
    assertFalse(page.contains("src="), page);
    assertFalse(page.contains("href="), page);
    assertTrue(page.endsWith("</body></html>\n"), page);
  }

  @Test
  void aReportThatCannotBeWrittenEndsBeforeTheWork(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path taken = directory.resolve("taken");
    Files.createDirectories(taken.resolve("paper.html"));
    List<String> before = filesIn(directory);
    for (String report :
        List.of(
            "",
            file.toString(),
            file.resolve("below").toString(),
            taken.toString(),
            directory.resolve("new").resolve("x".repeat(300)).toString())) {
      err.getBuffer().setLength(0);
      assertEquals(2, run("paper", "--report", report), report);
      assertEquals(1, err.toString().lines().count(), err.toString());
      assertTrue(err.toString().startsWith("simulate: "), err.toString());
      assertTrue(err.toString().contains("--report"), err.toString());
      assertFalse(err.toString().contains("Exception"), err.toString());
    }
    assertEquals("", out.toString());
    assertEquals(before, filesIn(directory));
  }

  @Test
  void paperPrintsATableAndItsVerdicts() {
    assertEquals(0, run("paper", "--table", "load", "--seed", "5"));
    assertEquals(14, out.toString().lines().count());
    assertEquals("simulate: every gate is met", err.toString().strip());
  }

  @Test
  void scaleSaysHowFastAndHowLarge() {
    assertEquals(0, run("scale", "--nodes", "100", "--minutes", "1"));
    assertEquals(10, out.toString().lines().count());
    assertTrue(out.toString().contains(" 0 wrong, 0 failed"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void theSmallestRingOfScaleHasOneNodeMoreThanAListHasEntries() {
    assertEquals(0, run("scale", "--nodes", "5", "--minutes", "1", "--seed", "-7"));
    assertEquals("", err.toString());
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private int run(String... arguments) {
    CommandLine commandLine = Simulate.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
