package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Termination;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the benchmarks with processes have in common: how they end. */
final class Experiment {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private Experiment() {}

  /** The work of one. */
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** What one found out. */
  interface Report {
    /** For humans. */
    List<String> lines();

    Map<String, Object> json();

    Exactness.Verdict verdict();
  }

  /** Runs it so that its processes end with it, also on SIGTERM. */
  static void run(Work work) {
    Termination termination = Termination.watch(GRACE);
    try (termination) {
      work.run();
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the benchmark could not be carried out: " + e.getMessage(),
          "check that the temporary directory has room",
          e);
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "run it again", e);
    }
  }

  /**
   * Prints what was found out.
   *
   * @throws Failure then, unless all is as promised
   */
  static void conclude(Report report, boolean json, Console console) {
    if (json) {
      console.print(Json.write(report.json()));
    } else {
      report.lines().forEach(console::print);
    }
    if (!report.verdict().perfect()) {
      throw new Failure(
          ExitCode.FAILED,
          "what was delivered is not what was confirmed",
          "this is a defect: please report it with the table above");
    }
  }
}
