package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.failover.RestartBench.Restart;
import dev.arpeggio.node.cli.io.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What {@code bench restart} prints. */
record RestartReport(TestBed.Size size, List<Restart> restarts, Exactness.Verdict verdict)
    implements Experiment.Report {
  @Override
  public List<String> lines() {
    Table table =
        new Table(
            "MILLISECONDS WITHOUT",
            "CONFIRMATION",
            "DELIVERY",
            "CONFIRMATION AFTER",
            "DELIVERY AFTER");
    for (Restart restart : restarts) {
      table.row(
          restart.node(),
          restart.confirmations().toMillis(),
          restart.deliveries().toMillis(),
          restart.confirmationsBack().toMillis(),
          restart.deliveriesBack().toMillis());
    }
    table.row(
        "longest",
        longest(Restart::confirmations),
        longest(Restart::deliveries),
        longest(Restart::confirmationsBack),
        longest(Restart::deliveriesBack));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(VerdictView.lines(verdict));
    return lines;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(VerdictView.json(size));
    json.put("longest_without_confirmation_ms", longest(Restart::confirmations));
    json.put("longest_without_delivery_ms", longest(Restart::deliveries));
    json.put("longest_without_confirmation_after_ms", longest(Restart::confirmationsBack));
    json.put("longest_without_delivery_after_ms", longest(Restart::deliveriesBack));
    json.put("restarts", restarts.stream().map(RestartReport::json).toList());
    json.putAll(VerdictView.json(verdict));
    return json;
  }

  private static Map<String, Object> json(Restart restart) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("node", restart.node());
    json.put("without_confirmation_ms", restart.confirmations().toMillis());
    json.put("without_delivery_ms", restart.deliveries().toMillis());
    json.put("without_confirmation_after_ms", restart.confirmationsBack().toMillis());
    json.put("without_delivery_after_ms", restart.deliveriesBack().toMillis());
    return json;
  }

  private long longest(Function<Restart, Duration> of) {
    return restarts.stream().mapToLong(restart -> of.apply(restart).toMillis()).max().orElse(0);
  }
}
