package dev.arpeggio.node.cli.io;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in columns, two spaces apart. A column whose cells are all numbers is set flush right. Not
 * thread-safe.
 */
public final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    this.header = List.of(header);
  }

  /**
   * Adds a row; integers get their thousands grouped.
   *
   * @throws IllegalStateException if there are more or fewer cells than columns
   */
  public Table row(Object... cells) {
    if (cells.length != header.size()) {
      throw new IllegalStateException(cells.length + " cells for " + header.size() + " columns");
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(
          cell instanceof Integer || cell instanceof Long
              ? Figures.count(((Number) cell).longValue())
              : cell.toString());
    }
    rows.add(row);
    return this;
  }

  /** The header and the rows, without line breaks or trailing spaces. */
  public List<String> lines() {
    int columns = header.size();
    int[] width = new int[columns];
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      width[c] = header.get(c).length();
      right[c] = !rows.isEmpty();
      for (List<String> row : rows) {
        width[c] = Math.max(width[c], row.get(c).length());
        right[c] &= row.get(c).matches("[-0-9][0-9,.]*%?");
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(header, width, right));
    for (List<String> row : rows) {
      lines.add(line(row, width, right));
    }
    return lines;
  }

  private static String line(List<String> cells, int[] width, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < cells.size(); c++) {
      String padding = " ".repeat(width[c] - cells.get(c).length());
      line.append(c == 0 ? "" : "  ")
          .append(right[c] ? padding + cells.get(c) : cells.get(c) + padding);
    }
    return line.toString().stripTrailing();
  }
}
