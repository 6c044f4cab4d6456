package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** From the command line: what is found, what is printed, and with which code it ends. */
final class OwnersCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aMistakeIsFoundAndCanBeSeenAgain() {
    assertEquals(1, run("--seeds", "1..20", "--bug", "no-epoch-check"));
    String again =
        err.toString()
            .lines()
            .filter(line -> line.startsWith("see it again: bin/simulate owners "))
            .findFirst()
            .orElseThrow();
    String breach = lineWith("breaks fenced");
    err.getBuffer().setLength(0);
    assertEquals(1, run(again.substring(again.indexOf("--seeds")).split(" ")));
    assertEquals(breach, lineWith("breaks fenced"));
  }

  private String lineWith(String words) {
    return err.toString().lines().filter(line -> line.contains(words)).findFirst().orElseThrow();
  }

  @Test
  void theSameSeedsHaveTheSameFingerprintAndOthersAnother() {
    String first = fingerprint("1..2");
    assertEquals(first, fingerprint("1..2"));
    assertTrue(!first.equals(fingerprint("2..3")), first);
  }

  private String fingerprint(String seeds) {
    out.getBuffer().setLength(0);
    int unused = run("--seeds", seeds);
    return out.toString()
        .lines()
        .filter(line -> line.startsWith("fingerprint "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFaultThatNeverHappenedMakesTheCampaignFail() {
    assertEquals(1, run("--seeds", "1"));
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
            List.of("--bug", "no-such-mistake"))) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(arguments.toArray(new String[0])), arguments.toString());
      assertEquals(1, err.toString().lines().count(), err.toString());
    }
    assertEquals("", out.toString());
  }

  private int run(String... arguments) {
    CommandLine commandLine = new CommandLine(OwnersCommand.class);
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
