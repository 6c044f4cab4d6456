package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark prints: a row a figure, with its goal where it has one. Rows come in the order
 * in which they were first named. Not thread-safe.
 */
public final class Report {
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** A figure; its goal says where it should be, and whether it is. */
  private record Row(String name, String unit, Samples samples, @Nullable Goal goal) {}

  /** A bound on a median. */
  public record Goal(boolean least, double bound) {
    public static Goal atLeast(double bound) {
      return new Goal(true, bound);
    }

    public static Goal atMost(double bound) {
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

  /** The samples of a figure without a goal, to be added to. */
  public Samples figure(String name, String unit) {
    return figure(name, unit, null);
  }

  /** The samples of a figure, to be added to; those of the first call with that name. */
  public Samples figure(String name, String unit, @Nullable Goal goal) {
    return rows.computeIfAbsent(name, key -> new Row(key, unit, new Samples(), goal)).samples();
  }

  /**
   * Prints what was measured; what was not has no row.
   *
   * @param settings under which it was, by name; values that {@link Json} takes
   */
  public void print(Map<String, Object> settings, Console console, OutputFormat format) {
    switch (format) {
      case JSON -> console.print(Json.write(json(settings)));
      case CSV -> csv(settings).forEach(console::print);
      case TABLE -> {
        console.say(
            settings.entrySet().stream()
                .map(setting -> setting.getKey() + " " + setting.getValue())
                .collect(Collectors.joining(", ")));
        table().forEach(console::print);
      }
    }
  }

  private List<Row> measured() {
    return rows.values().stream().filter(row -> !row.samples().isEmpty()).toList();
  }

  private List<String> table() {
    Table table = new Table("FIGURE", "MEDIAN", "MIN", "MAX", "UNIT", "GOAL", "");
    for (Row row : measured()) {
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

  private Map<String, Object> json(Map<String, Object> settings) {
    List<Map<String, Object>> figures = new ArrayList<>();
    for (Row row : measured()) {
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
      figures.add(json);
    }
    Map<String, Object> all = new LinkedHashMap<>(settings);
    all.put("figures", figures);
    return all;
  }

  /** Every row holds the settings too, so that files of several runs can be put together. */
  private List<String> csv(Map<String, Object> settings) {
    List<String> lines = new ArrayList<>();
    List<Object> header = new ArrayList<>(settings.keySet());
    header.addAll(List.of("figure", "median", "min", "max", "unit", "goal", "verdict"));
    lines.add(csv(header));
    for (Row row : measured()) {
      List<Object> cells = new ArrayList<>(settings.values());
      cells.addAll(
          List.of(
              row.name(),
              row.samples().median(),
              row.samples().min(),
              row.samples().max(),
              row.unit(),
              row.goal() == null ? "" : row.goal().toString(),
              verdict(row)));
      lines.add(csv(cells));
    }
    return lines;
  }

  private static String csv(List<Object> cells) {
    return cells.stream().map(cell -> quoted(cell.toString())).collect(Collectors.joining(","));
  }

  /** As RFC 4180 has it. */
  private static String quoted(String cell) {
    return cell.matches("[^\",\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  private static String verdict(Row row) {
    if (row.goal() == null) {
      return "";
    }
    return row.goal().isMetBy(row.samples().median()) ? "met" : "missed";
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT,
        value >= 1_000 || value == Math.rint(value)
            ? "%,.0f"
            : value >= 10 ? "%.1f" : value >= 1 || value == 0 ? "%.2f" : "%.3f",
        value);
  }
}
