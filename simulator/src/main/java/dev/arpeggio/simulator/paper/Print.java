package dev.arpeggio.simulator.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tables as lines of text, for people or for programs. */
final class Print {
  private Print() {}

  /** Columns aligned, a line of title before and one of the gate after. */
  static List<String> text(Table table) {
    List<List<String>> grid = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of(table.axis()));
    for (Cell cell : table.rows().get(0).cells()) {
      heading.add(cell.quantity() + ":paper");
      heading.add("ours");
    }
    heading.add("verdict");
    grid.add(heading);
    for (Row row : table.rows()) {
      List<String> line = new ArrayList<>(List.of(row.at()));
      for (Cell cell : row.cells()) {
        line.add(cell.publishedText());
        line.add(cell.measuredText());
      }
      line.add(row.verdict());
      grid.add(line);
    }
    List<String> lines = new ArrayList<>(List.of(table.title()));
    for (List<String> line : grid) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int current = column;
        int width = grid.stream().mapToInt(other -> other.get(current).length()).max().orElse(0);
        boolean last = column == line.size() - 1;
        String value = line.get(column);
        String padding = " ".repeat(width - value.length());
        text.append(column == 0 ? "" : "  ").append(last ? value : padding + value);
      }
      lines.add(text.toString());
    }
    lines.add("Gate: " + table.gate() + ".");
    return lines;
  }

  /** One object on one line. */
  static String json(Table table) {
    return "{\"table\":\""
        + table.name()
        + "\",\"met\":"
        + !table.isMissed()
        + ",\"rows\":"
        + table.rows().stream()
            .map(row -> json(table, row))
            .collect(Collectors.joining(",", "[", "]"))
        + "}";
  }

  private static String json(Table table, Row row) {
    StringBuilder text = new StringBuilder("{\"" + table.axis() + "\":" + row.at());
    for (Cell cell : row.cells()) {
      text.append(",\"").append(cell.quantity()).append("\":{\"paper\":");
      text.append(cell.published().isPresent() ? cell.publishedText() : "null");
      text.append(",\"ours\":").append(cell.measuredText()).append('}');
    }
    return text.append(",\"verdict\":\"").append(row.verdict()).append("\"}").toString();
  }
}
