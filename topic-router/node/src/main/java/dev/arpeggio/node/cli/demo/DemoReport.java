package dev.arpeggio.node.cli.demo;

import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the demo found.
 *
 * @param lines published, all of them confirmed
 * @param duration of publishing
 */
public record DemoReport(
    int lines, Duration duration, List<Killer.Kill> kills, DeliveryCheck.Verdict verdict) {
  /** Whether everything arrived once, in order, byte by byte. */
  public boolean perfect() {
    return verdict.perfect();
  }

  /** For people. */
  public List<String> table() {
    Table table = new Table("WHAT", "RESULT");
    table.row("messages published and confirmed", lines);
    table.row("messages consumed", verdict.received());
    table.row("confirmed per second, paced", Figures.perSecond(lines, duration));
    for (int i = 0; i < kills.size(); i++) {
      table.row("kill " + (i + 1) + ": unconfirmed just then", kills.get(i).unconfirmed());
      table.row("kill " + (i + 1) + ": ms to next confirmation", kills.get(i).outage().toMillis());
    }
    table.row("lost", verdict.lost());
    table.row("out of order", verdict.outOfOrder());
    table.row("duplicates", verdict.duplicates());
    List<String> result = new ArrayList<>(table.lines());
    result.add("");
    result.add("SHA-256 published  " + verdict.publishedSha256());
    result.add("SHA-256 consumed   " + verdict.consumedSha256());
    return result;
  }

  /** For programs. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("published", lines);
    json.put("consumed", verdict.received());
    json.put("seconds", duration.toMillis() / 1_000.0);
    json.put("confirmed_per_second", Figures.perSecond(lines, duration));
    json.put("kills", kills.stream().map(DemoReport::json).toList());
    json.put("lost", verdict.lost());
    json.put("out_of_order", verdict.outOfOrder());
    json.put("duplicates", verdict.duplicates());
    json.put("published_sha256", verdict.publishedSha256());
    json.put("consumed_sha256", verdict.consumedSha256());
    json.put("perfect", verdict.perfect());
    return json;
  }

  private static Map<String, Object> json(Killer.Kill kill) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("node", kill.node());
    json.put("unconfirmed", kill.unconfirmed());
    json.put("outage_ms", kill.outage().toMillis());
    return json;
  }
}
