package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.RingInfo;
import dev.arpeggio.client.RingPosition;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ring as text and as JSON: its positions clockwise, and the share of the keys and the
 * partitions of each.
 */
public final class RingView {
  private static final double KEYS = Math.pow(2, 64);

  private RingView() {}

  /** For people: a table, and what is wrong. */
  public static List<String> lines(RingInfo ring) {
    Table table = new Table("ID", "ADDRESS", "PREDECESSOR", "SUCCESSORS", "KEYS", "PARTITIONS");
    for (int i = 0; i < ring.positions().size(); i++) {
      RingPosition position = ring.positions().get(i);
      table.row(
          position.id(),
          position.address(),
          position.predecessor().orElse("unknown"),
          String.join(" ", position.successors()),
          String.format(Locale.ROOT, "%.1f%%", 100 * share(ring, i)),
          position.partitions().isPresent()
              ? Integer.toString(position.partitions().getAsInt())
              : "unknown");
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("ideal: " + (ring.ideal() ? "yes" : "no"));
    ring.problems().forEach(problem -> lines.add("- " + problem));
    return lines;
  }

  /** For programs. */
  public static Map<String, Object> json(RingInfo ring) {
    List<Map<String, Object>> positions = new ArrayList<>();
    for (int i = 0; i < ring.positions().size(); i++) {
      RingPosition position = ring.positions().get(i);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", position.id());
      json.put("address", position.address());
      json.put("predecessor", position.predecessor());
      json.put("successors", position.successors());
      json.put("share", share(ring, i));
      position.partitions().ifPresent(count -> json.put("partitions", count));
      positions.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ideal", ring.ideal());
    json.put("problems", ring.problems());
    json.put("positions", positions);
    return json;
  }

  /**
   * Of all keys, those between the position before this one in the walk and this one. The walk goes
   * clockwise, so that the shares add up to 1 even where a predecessor is not known yet.
   */
  private static double share(RingInfo ring, int i) {
    int size = ring.positions().size();
    if (size == 1) {
      return 1;
    }
    long before = id(ring.positions().get((i + size - 1) % size));
    long distance = id(ring.positions().get(i)) - before;
    return (distance >>> 1) * 2.0 / KEYS;
  }

  private static long id(RingPosition position) {
    return Long.parseUnsignedLong(position.id(), 16);
  }
}
