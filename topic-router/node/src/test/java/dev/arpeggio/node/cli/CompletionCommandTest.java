package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell makes of the scripts. */
class CompletionCommandTest {
  @TempDir private Path directory;

  private final Shell shell = new Shell();

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertEquals("topic", bash("arpeggio", "top"));
    assertEquals("create", bash("arpeggio", "topic", "cr"));
    assertEquals("--partitions", bash("arpeggio", "topic", "create", "--parti"));
    assertEquals("table", bash("arpeggio", "topic", "list", "--output", "t"));
    assertEquals("", bash("arpeggio", "zookee"));
  }

  @Test
  void fishIsToldEveryCommandOnce() {
    String script = shell.run("completion", "fish").succeeds().out();
    assertTrue(
        script.contains(
            "complete -c arpeggio -n '__fish_seen_subcommand_from topic; and not"
                + " __fish_seen_subcommand_from create list info update purge delete' -a create"
                + " -d 'Create"),
        script);
    assertTrue(
        script.contains(
            "complete -c arpeggio -n '__fish_seen_subcommand_from topic; and"
                + " __fish_seen_subcommand_from list' -s o -l output -x -a 'table json csv'"),
        script);
    assertFalse(script.contains("-a zookeeper"), "it is hidden");
    assertFalse(script.contains("${"), script);
    assertEquals(script.lines().count(), script.lines().distinct().count());
  }

  @Test
  void zshGetsTheScriptOfBash() {
    assertEquals(
        shell.run("completion", "bash").succeeds().out(),
        shell.run("completion", "zsh").succeeds().out());
    shell.run("completion", "tcsh").failsWith(USAGE).saying("tcsh");
  }

  /** What bash offers at the end of that line. */
  private String bash(String... words) throws IOException, InterruptedException {
    Path script =
        Files.writeString(
            directory.resolve("completion"), shell.run("completion", "bash").succeeds().out());
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "source "
                    + script
                    + "; COMP_WORDS=("
                    + String.join(" ", words)
                    + "); COMP_CWORD="
                    + (words.length - 1)
                    + "; _complete_arpeggio; echo \"${COMPREPLY[@]}\"")
            // bash says there that this is no real completion.
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), answer);
    return answer.strip();
  }
}
