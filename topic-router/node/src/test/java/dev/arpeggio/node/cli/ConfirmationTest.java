package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Nothing is destroyed that nobody confirmed. */
class ConfirmationTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Console console(String input, boolean interactive) {
    return new Console(
        new ByteArrayInputStream(input.getBytes(UTF_8)),
        OutputStream.nullOutputStream(),
        new PrintStream(said, true, UTF_8),
        interactive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes\n", "YES\n", " yes \nmore\n", "yes"})
  void atATerminalItIsAsked(String answer) {
    new Confirmation().ask(console(answer, true), "delete topic orders");
    assertTrue(said.toString(UTF_8).contains("delete topic orders?"), said.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "y\n", "no\n", "yes, but\n"})
  void anyOtherAnswerDoesNothing(String answer) {
    Failure failure =
        assertThrows(
            Failure.class, () -> new Confirmation().ask(console(answer, true), "delete it"));
    assertEquals(ExitCode.FAILED, failure.exitCode());
    assertEquals("not confirmed; nothing was done", failure.getMessage());
  }

  @Test
  void whereThereIsNobodyToAskItHasToBeSaid() {
    Failure failure =
        assertThrows(
            Failure.class, () -> new Confirmation().ask(console("yes\n", false), "delete it"));
    assertEquals(ExitCode.USAGE, failure.exitCode());

    Confirmation said = new Confirmation();
    CommandLine.populateCommand(said, "--yes");
    assertDoesNotThrow(() -> said.ask(console("", false), "delete it"));
  }
}
