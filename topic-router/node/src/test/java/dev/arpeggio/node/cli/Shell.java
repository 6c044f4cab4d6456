package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs commands in this process and keeps what they print: {@code shell.run("topic",
 * "list").failsWith(USAGE)}.
 */
final class Shell {
  private final Map<String, String> environment = new TreeMap<>();
  private byte[] input = {};

  /**
   * What a command left behind.
   *
   * @param outBytes standard output, each character a byte
   */
  record Result(int exitCode, String outBytes, String err) {
    String out() {
      return new String(outBytes.getBytes(ISO_8859_1), UTF_8);
    }

    Result succeeds() {
      assertEquals(ExitCode.OK.value(), exitCode, err);
      return this;
    }

    /** One line, which says what is wrong and what to do, and nothing on standard output. */
    Result failsWith(ExitCode expected) {
      assertEquals(expected.value(), exitCode, err);
      assertEquals("", out());
      assertTrue(
          err.matches("arpeggio: [^\\n]+; [^\\n]+\\n"), "not one line with a remedy: " + err);
      return this;
    }

    /** The same for a daemon, which may log before. */
    Result endsWith(ExitCode expected) {
      String lastLine = err.substring(err.stripTrailing().lastIndexOf('\n') + 1);
      return new Result(exitCode, outBytes, lastLine).failsWith(expected);
    }

    Result saying(String part) {
      assertTrue(err.contains(part), "'" + part + "' is not in: " + err);
      return this;
    }
  }

  Shell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Shell reading(byte[] bytes) {
    input = bytes;
    return this;
  }

  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(new ByteArrayInputStream(input), out, new PrintStream(err, true, UTF_8), false);
    int exitCode = Cli.run(console, environment, arguments);
    return new Result(exitCode, out.toString(ISO_8859_1), err.toString(UTF_8));
  }
}
