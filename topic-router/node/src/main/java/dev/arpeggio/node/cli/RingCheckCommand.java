package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.ring.RingFinding;
import dev.arpeggio.node.cli.ring.RingSurvey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Judges the ring: what {@code ring show} knows, as an exit code. */
@Command(
    name = "check",
    description = {
      "Check that the ring is whole: every pointer is right, every node answers and serves, all are"
          + " on one ring, with the same ZooKeeper, the same version and clocks that agree.",
      "Ends with 0 if so; with 1 and one line for each problem if not; with 4 if no node answers."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio ring check",
      "  arpeggio ring check -c HOST1:7411,HOST2:7411 -o json",
      ""
    })
final class RingCheckCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  RingCheckCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    RingSurvey survey = RingSurvey.of(connection.addresses(), connection::open);
    int nodes = survey.members().size();
    List<RingFinding> wrong =
        RingFinding.of(survey).stream().filter(finding -> !finding.ok()).toList();
    List<String> problems = wrong.stream().flatMap(finding -> finding.problems().stream()).toList();
    if (root.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("ok", problems.isEmpty());
      json.put("nodes", nodes);
      json.put("problems", problems);
      console.print(Json.write(json));
    } else if (problems.isEmpty()) {
      console.print("ok: " + Figures.count(nodes, "node") + " on one ring, and all is well");
    } else {
      problems.forEach(console::print);
    }
    if (!wrong.isEmpty()) {
      throw new Failure(
          ExitCode.FAILED,
          "the ring has " + Figures.count(problems.size(), "problem"),
          wrong.get(0).nextStep());
    }
  }
}
