package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import java.util.List;
import java.util.Map;

/** What the benchmarks with processes have in common: how they conclude. */
final class Experiment {
  private Experiment() {}

  /** What one found out. */
  interface Report {
    /** For humans. */
    List<String> lines();

    Map<String, Object> json();

    Exactness.Verdict verdict();
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
