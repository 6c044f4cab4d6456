package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.ring.OwnerSurvey;
import dev.arpeggio.node.cli.ring.RingFinding;
import dev.arpeggio.node.cli.ring.RingSurvey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks for what is wrong with a cluster, and says what to do about it. */
@Command(
    name = "doctor",
    description = {
      "Look for what is wrong with the cluster, one line for each check, and say what to do next.",
      "Ends with 0 if all is well, with 1 if something is wrong, with 4 if no node answers."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio doctor", "  arpeggio doctor -c HOST1:7411,HOST2:7411 -o json", ""})
final class DoctorCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  DoctorCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    RingSurvey survey = RingSurvey.of(connection.addresses(), connection::open);
    List<RingFinding> findings = new ArrayList<>(RingFinding.of(survey));
    findings.add(OwnerSurvey.of(survey, connection::open));
    List<RingFinding> wrong = findings.stream().filter(finding -> !finding.ok()).toList();
    if (root.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("ok", wrong.isEmpty());
      json.put("checks", findings.stream().map(DoctorCommand::json).toList());
      console.print(Json.write(json));
    } else {
      findings.forEach(finding -> console.print(line(finding)));
    }
    if (!wrong.isEmpty()) {
      throw new Failure(
          ExitCode.FAILED,
          Figures.count(wrong.size(), "check")
              + " of "
              + findings.size()
              + " found something wrong",
          "begin with: " + wrong.get(0).nextStep());
    }
  }

  private static String line(RingFinding finding) {
    return finding.ok()
        ? "ok       " + finding.check()
        : "problem  %s: %s; next: %s"
            .formatted(finding.check(), String.join("; ", finding.problems()), finding.nextStep());
  }

  private static Map<String, Object> json(RingFinding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("check", finding.check());
    json.put("ok", finding.ok());
    json.put("problems", finding.problems());
    json.put("next_step", finding.ok() ? null : finding.nextStep());
    return json;
  }
}
