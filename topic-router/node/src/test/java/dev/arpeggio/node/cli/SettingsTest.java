package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** An option on the command line comes before the environment, the file and the default. */
class SettingsTest {
  @TempDir Path directory;

  @Test
  void theDefaultIsTheLastResort() {
    assertNull(connectSetting(Map.of()));
  }

  @Test
  void theFileComesBeforeTheDefault() throws IOException {
    String file = file("connect = 127.0.0.1:1\n");
    assertConnectsTo("127.0.0.1:1", new Shell(), "--config", file);
    assertConnectsTo("127.0.0.1:1", new Shell(), "--config=" + file);
    assertConnectsTo("127.0.0.1:1", new Shell().with("ARPEGGIO_CONFIG", file));
  }

  @Test
  void theEnvironmentComesBeforeTheFile() throws IOException {
    Shell shell =
        new Shell()
            .with("ARPEGGIO_CONFIG", file("connect = 127.0.0.1:1\n"))
            .with("ARPEGGIO_CONNECT", "127.0.0.1:2");
    assertConnectsTo("127.0.0.1:2", shell);
  }

  @Test
  void theCommandLineComesBeforeTheEnvironment() {
    Shell shell = new Shell().with("ARPEGGIO_CONNECT", "127.0.0.1:2");
    assertConnectsTo("127.0.0.1:3", shell, "--connect", "127.0.0.1:3");
    assertConnectsTo("127.0.0.1:3", shell, "-c", "127.0.0.1:3");
  }

  @Test
  void theFileNamedOnTheCommandLineComesBeforeTheOneInTheEnvironment() throws IOException {
    Shell shell = new Shell().with("ARPEGGIO_CONFIG", "/no/such/file");
    assertConnectsTo("127.0.0.1:1", shell, "--config", file("connect=127.0.0.1:1"));
  }

  @Test
  void anEmptyVariableIsNoSetting() {
    assertNull(connectSetting(Map.of("ARPEGGIO_CONNECT", "", "ARPEGGIO_CONFIG", "")));
    assertEquals("a:1", connectSetting(Map.of("ARPEGGIO_CONNECT", "a:1", "ARPEGGIO_CONFIG", "")));
  }

  @Test
  void aDashInANameIsAnUnderscoreInTheEnvironment() {
    new Shell()
        .with("ARPEGGIO_IDLE_TIMEOUT", "soon")
        .run("consume", "orders")
        .failsWith(USAGE)
        .saying("soon");
  }

  @Test
  void anUnknownSettingInTheFileIsAMistake() throws IOException {
    new Shell()
        .run("topic", "list", "--config", file("conect = 127.0.0.1:1\n"))
        .failsWith(USAGE)
        .saying("conect");
  }

  @Test
  void aSettingOfAnotherCommandIsNone() throws IOException {
    assertConnectsTo(
        "127.0.0.1:1", new Shell(), "--config", file("listen=127.0.0.1:9\nconnect=127.0.0.1:1\n"));
  }

  @Test
  void aFileThatCannotBeReadIsRefused() {
    new Shell()
        .run("topic", "list", "--config", directory.resolve("none").toString())
        .failsWith(USAGE)
        .saying("none");
    new Shell().with("ARPEGGIO_CONFIG", "/no/such/file").run("topic", "list").failsWith(USAGE);
  }

  @Test
  void flagsAreNoSettings() {
    Shell.Result result =
        new Shell().with("ARPEGGIO_VERBOSE", "true").run("topic", "list", "-c", "127.0.0.1:1");
    assertEquals(UNAVAILABLE.value(), result.exitCode());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  /**
   * Without a connection: a node may well be running at the default address. Null: the default
   * holds.
   */
  private static @Nullable String connectSetting(Map<String, String> environment) {
    return Settings.load(environment, List.of("topic", "list"), Set.of("connect"))
        .defaultValue(OptionSpec.builder("--connect").arity("1").build());
  }

  private static void assertConnectsTo(String address, Shell shell, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "topic";
    line[1] = "list";
    System.arraycopy(options, 0, line, 2, options.length);
    shell.run(line).failsWith(UNAVAILABLE).saying(address);
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("settings"), content).toString();
  }
}
