package dev.arpeggio.node.cli.failover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The benchmarks as their users run them, short: processes, signals, load and judge. */
class FailoverCommandsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(InputStream.nullInputStream(), out, new PrintStream(err, true, UTF_8), false);

  @Test
  void aKillAndAPauseLoseNothing() {
    run(
        new BenchFailoverCommand(console, () -> true),
        "--nodes=2",
        "--kills=1",
        "--pauses=1",
        "--partitions=4",
        "--rate=400");
    String report = out.toString(UTF_8);
    assertTrue(report.contains("\"kill_to_next_delivery\":{\"median_ms\":"), report);
    assertTrue(report.contains("\"pause_to_next_delivery\":{\"median_ms\":"), report);
    assertTrue(report.contains("\"perfect\":true"), report);
  }

  @Test
  void aRollingRestartLosesNothing() {
    run(new BenchRestartCommand(console, () -> false), "--nodes=2", "--partitions=4", "--rate=400");
    String report = out.toString(UTF_8);
    assertTrue(report.matches("(?s).*\\nlongest +[\\d,]+ +[\\d,]+ +[\\d,]+ +[\\d,]+\\n.*"), report);
    assertTrue(report.matches("(?s).*\\nlost +0\\n.*"), report);
  }

  @Test
  void whatCannotBeSetUpIsRefusedBeforeAnythingStarts() {
    for (String wrong :
        new String[] {
          "--nodes=1", "--servers=2", "--partitions=0", "--rate=0", "--kills=-1", "--pauses=10001"
        }) {
      Failure failure =
          assertThrows(
              Failure.class, () -> run(new BenchFailoverCommand(console, () -> true), wrong));
      assertEquals(ExitCode.USAGE, failure.exitCode(), wrong);
    }
    assertEquals("", err.toString(UTF_8));
  }

  private static void run(Runnable command, String... arguments) {
    new CommandLine(command).parseArgs(arguments);
    command.run();
  }
}
