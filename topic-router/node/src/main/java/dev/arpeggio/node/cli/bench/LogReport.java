package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code bench log} prints: a row a figure, with its goal where it has one. */
final class LogReport {
  private final List<Row> rows = new ArrayList<>();

  /** A figure; its goal says where it should be, and whether it is. */
  private record Row(String name, String unit, Samples samples, @Nullable Goal goal) {}

  /** A bound on a median. */
  record Goal(boolean least, double bound) {
    static Goal atLeast(double bound) {
      return new Goal(true, bound);
    }

    static Goal atMost(double bound) {
      return new Goal(false, bound);
    }

    boolean isMetBy(double value) {
      return least ? value >= bound : value <= bound;
    }

    @Override
    public String toString() {
      return (least ? ">= " : "<= ") + number(bound);
    }
  }

  void add(String name, String unit, Samples samples, @Nullable Goal goal) {
    rows.add(new Row(name, unit, samples, goal));
  }

  List<String> table() {
    Table table = new Table("FIGURE", "MEDIAN", "MIN", "MAX", "UNIT", "GOAL", "");
    for (Row row : rows) {
      table.row(
          row.name(),
          number(row.samples().median()),
          number(row.samples().min()),
          number(row.samples().max()),
          row.unit(),
          row.goal() == null ? "" : row.goal().toString(),
          verdict(row));
    }
    return table.lines();
  }

  List<Map<String, Object>> json() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("figure", row.name());
      json.put("median", row.samples().median());
      json.put("min", row.samples().min());
      json.put("max", row.samples().max());
      json.put("unit", row.unit());
      if (row.goal() != null) {
        json.put("goal", row.goal().toString());
        json.put("met", row.goal().isMetBy(row.samples().median()));
      }
      list.add(json);
    }
    return list;
  }

  private static String verdict(Row row) {
    if (row.goal() == null) {
      return "";
    }
    return row.goal().isMetBy(row.samples().median()) ? "met" : "missed";
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value >= 1_000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
