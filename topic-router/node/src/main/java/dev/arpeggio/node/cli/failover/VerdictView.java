package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.io.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What arrived of a load, as text and as JSON. */
final class VerdictView {
  private VerdictView() {}

  static List<String> lines(Exactness.Verdict verdict) {
    return new Table("MESSAGES", "NUMBER")
        .row("confirmed", verdict.confirmed())
        .row("delivered", verdict.delivered())
        .row("lost", verdict.lost())
        .row("out of order in their key", verdict.outOfOrder())
        .row("duplicates, not said to be redelivered", verdict.duplicates())
        .row("redelivered", verdict.redelivered())
        .row("never sent", verdict.unknown())
        .row("failed to be sent", verdict.failed())
        .lines();
  }

  static Map<String, Object> json(Exactness.Verdict verdict) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("confirmed", verdict.confirmed());
    json.put("delivered", verdict.delivered());
    json.put("lost", verdict.lost());
    json.put("out_of_order", verdict.outOfOrder());
    json.put("duplicates", verdict.duplicates());
    json.put("redelivered", verdict.redelivered());
    json.put("never_sent", verdict.unknown());
    json.put("failed", verdict.failed());
    json.put("perfect", verdict.perfect());
    return json;
  }

  static Map<String, Object> json(TestBed.Size size) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("nodes", size.nodes());
    json.put("servers", size.servers());
    json.put("partitions", size.partitions());
    json.put("rate", size.perSecond());
    return json;
  }
}
