package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.failover.FailoverBench.Incident;
import dev.arpeggio.node.cli.failover.FailoverBench.Round;
import dev.arpeggio.node.cli.io.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What {@code bench failover} prints. */
record FailoverReport(TestBed.Size size, List<Round> rounds, Exactness.Verdict verdict)
    implements Experiment.Report {
  private static final List<Figure> FIGURES =
      List.of(
          new Figure("kill to next confirmation", Incident.KILL, Round::toConfirmation),
          new Figure("kill to next delivery", Incident.KILL, Round::toDelivery),
          new Figure("pause to next confirmation", Incident.PAUSE, Round::toConfirmation),
          new Figure("pause to next delivery", Incident.PAUSE, Round::toDelivery));

  private record Figure(String name, Incident incident, Function<Round, Duration> of) {}

  @Override
  public List<String> lines() {
    Table table = new Table("MILLISECONDS FROM", "MEDIAN", "99%", "MAX", "ROUNDS");
    for (Figure figure : FIGURES) {
      List<Long> millis = millis(figure);
      if (!millis.isEmpty()) {
        table.row(
            figure.name(),
            quantile(millis, 0.5),
            quantile(millis, 0.99),
            quantile(millis, 1),
            millis.size());
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(VerdictView.lines(verdict));
    return lines;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(VerdictView.json(size));
    for (Figure figure : FIGURES) {
      List<Long> millis = millis(figure);
      if (!millis.isEmpty()) {
        Map<String, Object> quantiles = new LinkedHashMap<>();
        quantiles.put("median_ms", quantile(millis, 0.5));
        quantiles.put("p99_ms", quantile(millis, 0.99));
        quantiles.put("max_ms", quantile(millis, 1));
        json.put(figure.name().replace(' ', '_'), quantiles);
      }
    }
    json.put("rounds", rounds.stream().map(FailoverReport::json).toList());
    json.putAll(VerdictView.json(verdict));
    return json;
  }

  private static Map<String, Object> json(Round round) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("incident", round.incident().name().toLowerCase(Locale.ROOT));
    json.put("node", round.node());
    json.put("partitions", round.partitions());
    json.put("confirmation_ms", round.toConfirmation().toMillis());
    json.put("delivery_ms", round.toDelivery().toMillis());
    return json;
  }

  private List<Long> millis(Figure figure) {
    return rounds.stream()
        .filter(round -> round.incident() == figure.incident())
        .map(round -> figure.of().apply(round).toMillis())
        .sorted()
        .toList();
  }

  /** The smallest value that is at least as large as that share of all. */
  static long quantile(List<Long> sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
