package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.PartitionTrace;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The way to a partition's owner as text and as JSON. */
public final class TraceView {
  private TraceView() {}

  /** For people. */
  public static List<String> lines(String topic, int partition, PartitionTrace trace) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s/%d lies at %s, the hash of '%s'"
            .formatted(topic, partition, trace.key(), trace.hashed()));
    Table table = new Table("STEP", "ASKED", "MS", "ANSWER");
    int number = 1;
    for (PartitionTrace.Step step : trace.steps()) {
      table.row(
          number++,
          step.address(),
          String.format(Locale.ROOT, "%.1f", step.time().toNanos() / 1e6),
          step.outcome());
    }
    lines.addAll(table.lines());
    lines.add("owner by the ring: " + trace.ringOwner().orElse("not found"));
    lines.add("requests are sent to: " + trace.owner().orElse("nobody; the ring cannot say now"));
    lines.add("owner by ZooKeeper: " + recorded(trace));
    lines.add("agree: " + verdict(trace));
    lines.add("");
    return lines;
  }

  /** For programs. */
  public static Map<String, Object> json(String topic, int partition, PartitionTrace trace) {
    List<Map<String, Object>> steps = new ArrayList<>();
    for (PartitionTrace.Step step : trace.steps()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("asked", step.address());
      json.put("micros", step.time().toNanos() / 1_000);
      json.put("answer", step.outcome());
      steps.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("topic", topic);
    json.put("partition", partition);
    json.put("hashed", trace.hashed());
    json.put("key", trace.key());
    json.put("steps", steps);
    json.put("ring_owner", trace.ringOwner());
    json.put("owner", trace.owner());
    json.put("recorded_owner", trace.recorded().map(PartitionTrace.RecordedOwner::address));
    json.put("epoch", trace.recorded().map(PartitionTrace.RecordedOwner::epoch));
    json.put("store_problem", trace.storeProblem());
    json.put("agree", agree(trace));
    return json;
  }

  private static String recorded(PartitionTrace trace) {
    return trace
        .recorded()
        .map(owner -> owner.address() + ", in epoch " + owner.epoch())
        .orElseGet(() -> trace.storeProblem().map(why -> "unknown; " + why).orElse("nobody yet"));
  }

  private static String verdict(PartitionTrace trace) {
    return agree(trace)
        .map(
            agree ->
                agree
                    ? "yes"
                    : "no; ZooKeeper names the last owner until another one is asked for the"
                        + " partition")
        .orElse("cannot be said");
  }

  /** Empty: one side is not known. A partition that nobody ever owned agrees with every owner. */
  private static Optional<Boolean> agree(PartitionTrace trace) {
    if (trace.storeProblem().isPresent() || trace.ringOwner().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        trace.ringOwner().equals(trace.owner())
            && trace
                .recorded()
                .map(recorded -> trace.owner().equals(Optional.of(recorded.address())))
                .orElse(true));
  }
}
