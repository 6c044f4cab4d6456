package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.FAILED;
import static dev.arpeggio.node.cli.io.ExitCode.NOT_FOUND;
import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Named clusters, and which of them a command goes to. Nobody listens at the ports named here. */
class ContextCommandsTest {
  @TempDir private Path home;
  private final Shell shell = new Shell();

  @BeforeEach
  void twoContexts() {
    shell.with("HOME", home.toString());
    create("prod", "127.0.0.1:1");
    create("test", "127.0.0.1:2");
  }

  @Test
  void commandsConnectAsTheContextInUseSays() {
    use("prod");
    assertConnectsTo("127.0.0.1:1");
    use("test");
    assertConnectsTo("127.0.0.1:2");
  }

  @Test
  void theEnvironmentAndAFileComeBeforeTheContextInUse() throws IOException {
    use("prod");
    Path file = Files.writeString(home.resolve("settings"), "connect=127.0.0.1:3\n");
    assertConnectsTo("127.0.0.1:3", "--config", file.toString());
    shell.with("ARPEGGIO_CONNECT", "127.0.0.1:4");
    assertConnectsTo("127.0.0.1:4", "--config", file.toString());
  }

  @Test
  void aContextOnTheCommandLineComesBeforeTheEnvironment() {
    use("prod");
    shell.with("ARPEGGIO_CONNECT", "127.0.0.1:4");
    assertConnectsTo("127.0.0.1:2", "--context", "test");
    assertConnectsTo("127.0.0.1:2", "--context=test");
    assertConnectsTo("127.0.0.1:5", "--context", "test", "-c", "127.0.0.1:5");
  }

  @Test
  void theEnvironmentMayNameAContext() {
    use("prod");
    shell.with("ARPEGGIO_CONTEXT", "test");
    assertConnectsTo("127.0.0.1:2");
    shell.with("ARPEGGIO_CONTEXT", "none");
    shell.run("topic", "list").failsWith(NOT_FOUND).saying("there is no context none");
  }

  @Test
  void noneIsUsedAfterItWasDeletedOrPutAside() {
    use("prod");
    shell.run("context", "use", "--none").succeeds();
    assertOrigin("connect", "default");
    use("prod");
    assertOrigin("connect", "context, prod");
    shell.run("context", "delete", "prod").succeeds();
    assertOrigin("connect", "default");
    assertEquals("NAME  IN USE\ntest\n", shell.run("context", "list").succeeds().out());
  }

  @Test
  void aContextThatIsGoneSendsNoCommandElsewhere() throws IOException {
    use("prod");
    Files.delete(home.resolve(".config/arpeggio/contexts/prod"));
    shell.run("topic", "list").failsWith(USAGE).saying("the context in use, prod, is gone");
    shell.run("context", "use", "test").succeeds();
    assertConnectsTo("127.0.0.1:2");
  }

  @Test
  void aContextHoldsWhatTheCommandLineSaysAndNothingElse() {
    shell.with("ARPEGGIO_CONNECT", "127.0.0.1:9");
    shell.run("context", "create", "empty").failsWith(USAGE).saying("would hold nothing");
    shell.run("context", "create", "bad", "-c", "nowhere").failsWith(USAGE);
    assertEquals(
        "{\"name\":\"prod\",\"settings\":{\"connect\":\"127.0.0.1:1\"}}\n",
        shell.run("context", "show", "prod", "-o", "json").succeeds().out());
    shell.run("context", "show").failsWith(USAGE).saying("no context is in use");
    use("test");
    assertEquals(
        "SETTING  VALUE\nconnect  127.0.0.1:2\n", shell.run("context", "show").succeeds().out());
    assertEquals(
        "[{\"name\":\"prod\",\"in_use\":false},{\"name\":\"test\",\"in_use\":true}]\n",
        shell.run("context", "list", "-o", "json").succeeds().out());
  }

  @Test
  void aContextIsNotReplacedByMistake() {
    shell.run("context", "create", "prod", "-c", "127.0.0.1:6").failsWith(FAILED);
    shell.run("context", "create", "prod", "-c", "127.0.0.1:6", "--replace").succeeds();
    assertConnectsTo("127.0.0.1:6", "--context", "prod");
  }

  @Test
  void namesThatLeadElsewhereAreRefused() throws IOException {
    for (String name : new String[] {"..", "a/b", "../context", ".hidden", "", "x".repeat(65)}) {
      shell.run("context", "create", name, "-c", "127.0.0.1:1").failsWith(USAGE);
      shell.run("context", "use", name).failsWith(USAGE);
      shell.run("context", "delete", name).failsWith(USAGE);
    }
    shell.run("context", "use", "nobody").failsWith(NOT_FOUND).saying("nobody");
    shell.run("context", "use").failsWith(USAGE);
    shell.run("context", "use", "prod", "--none").failsWith(USAGE);
    try (var files = Files.list(home.resolve(".config/arpeggio"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void filesAreForTheirOwnerAlone() throws IOException {
    Path file = home.resolve(".config/arpeggio/contexts/prod");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void theConfigurationDirectoryMayBeElsewhere() {
    shell.with("XDG_CONFIG_HOME", home.resolve("elsewhere").toString());
    assertEquals("NAME  IN USE\n", shell.run("context", "list").succeeds().out());
    create("prod", "127.0.0.1:7");
    assertConnectsTo("127.0.0.1:7", "--context", "prod");
    new Shell().run("context", "create", "x", "-c", "a:1").failsWith(USAGE).saying("HOME");
  }

  @Test
  void aContextSaysHowToConnectAndNothingOfOtherCommands() throws IOException {
    Files.writeString(
        home.resolve(".config/arpeggio/contexts/prod"), "listen=127.0.0.1:8\nconnect=a:1\n");
    use("prod");
    String node = shell.run("config", "show", "node", "--origin").succeeds().out();
    assertTrue(node.matches("(?s).*\nlisten +127.0.0.1:7411 +default\n.*"), node);
  }

  @Test
  void everySettingIsShownWithItsOrigin() throws IOException {
    use("prod");
    Path file = Files.writeString(home.resolve("settings"), "idle-timeout=5s\n");
    shell.with("ARPEGGIO_CONFIG", file.toString()).with("ARPEGGIO_OUTPUT", "table");
    String all = shell.run("config", "show", "consume", "--origin").succeeds().out();
    assertTrue(all.matches("(?s).*\nconnect +127.0.0.1:1 +context, prod\n.*"), all);
    assertTrue(all.matches("(?s).*\nidle-timeout +5s +file, \\S+/settings\n.*"), all);
    assertTrue(all.matches("(?s).*\noutput +table +environment, ARPEGGIO_OUTPUT\n.*"), all);
    assertTrue(all.matches("(?s).*\n\\S+ +\\S* +default\n.*"), all);
    String flag = shell.run("config", "show", "-c", "b:2", "-o", "json").succeeds().out();
    assertTrue(
        flag.startsWith("[{\"setting\":\"connect\",\"value\":\"b:2\",\"origin\":\"flag\"}"), flag);
    shell.run("config", "show", "fly").failsWith(USAGE).saying("fly");
  }

  @Test
  void secretsAreNotShownAndNamesOfFilesAre() {
    assertEquals("****", Secrets.masked("token", "abc"));
    assertEquals("****", Secrets.masked("key-password", "abc"));
    assertEquals("", Secrets.masked("token", ""));
    assertEquals("/etc/token", Secrets.masked("token-file", "/etc/token"));
    assertEquals("a:1", Secrets.masked("connect", "a:1"));
  }

  private void create(String name, String address) {
    shell.run("context", "create", name, "--connect", address).succeeds();
  }

  private void use(String name) {
    shell.run("context", "use", name).succeeds();
  }

  private void assertConnectsTo(String address, String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "topic";
    line[1] = "list";
    System.arraycopy(options, 0, line, 2, options.length);
    shell.run(line).failsWith(UNAVAILABLE).saying(address);
  }

  private void assertOrigin(String setting, String origin) {
    String all = shell.run("config", "show", "--origin").succeeds().out();
    assertTrue(all.lines().anyMatch(line -> line.matches(setting + " +\\S+ +" + origin)), all);
    assertFalse(all.isEmpty());
  }
}
