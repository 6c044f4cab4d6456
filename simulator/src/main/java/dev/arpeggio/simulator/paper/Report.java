package dev.arpeggio.simulator.paper;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The tables and their plots as one HTML page that needs nothing else. */
final class Report {
  private static final String FILE = "paper.html";
  private static final String OURS = "#0b6";
  private static final String PAPER = "#c33";
  private static final String THEORY = "#999";

  private Report() {}

  /**
   * Checks, before any work, that the page can be written; makes the directory if need be.
   *
   * @throws IOException if it cannot; nothing is left behind then
   */
  static void prepare(Path directory) throws IOException {
    if (Files.isDirectory(directory.resolve(FILE))) {
      throw new FileSystemException(directory.toString(), null, FILE + " there is a directory");
    }
    Deque<Path> made = new ArrayDeque<>();
    try {
      make(directory.toAbsolutePath(), made);
      Files.delete(Files.createTempFile(directory, FILE, ".tmp"));
    } catch (IOException e) {
      for (Path each : made) {
        Files.delete(each);
      }
      throw e;
    }
  }

  private static void make(Path directory, Deque<Path> made) throws IOException {
    Path parent = directory.getParent();
    if (Files.isDirectory(directory)) {
      return;
    }
    if (parent != null) {
      make(parent, made);
    }
    Files.createDirectory(directory);
    made.addFirst(directory);
  }

  /**
   * Writes the page, whole or not at all.
   *
   * @return where it is
   * @throws IOException if it cannot be written; nothing is left behind then
   */
  static Path write(Path directory, long seed, List<Table> tables) throws IOException {
    Path page = directory.resolve(FILE);
    Path unfinished = Files.createTempFile(directory, FILE, ".tmp");
    try {
      Files.writeString(unfinished, html(seed, tables));
      Files.move(
          unfinished, page, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return page;
  }

  static String html(long seed, List<Table> tables) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Arpeggio beside the Chord paper</title>
        <style>
        body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
        table { border-collapse: collapse } td, th { padding: .1em .8em; text-align: right }
        tr.missed { background: #fdd } svg { max-width: 640px; font: 11px sans-serif }
        </style></head><body>
        <h1>Arpeggio beside the Chord paper</h1>
        <p>Published: I. Stoica et al., Chord: a scalable peer-to-peer lookup protocol for Internet
        applications, IEEE/ACM ToN 11(1), 2003. Ours: production code, seed %d.</p>
        """
            .formatted(seed));
    for (Table table : tables) {
      page.append("<h2>").append(escaped(table.title())).append("</h2>\n");
      plots(table).forEach(plot -> page.append("<p>").append(plot.svg()).append("</p>\n"));
      appendTable(page, table);
    }
    return page.append("</body></html>\n").toString();
  }

  private static List<Plot> plots(Table table) {
    List<Plot> plots = new ArrayList<>();
    switch (table.name()) {
      case "path-length" -> plots.add(beside(table, "mean").add(halfLog(table)));
      case "path-length-distribution" -> plots.add(beside(table, "share"));
      case "load", "virtual-nodes" -> plots.add(beside(table, "p99"));
      case "failures" -> {
        plots.add(beside(table, "path"));
        plots.add(beside(table, "timeouts"));
      }
      case "churn" -> {
        plots.add(beside(table, "path"));
        plots.add(beside(table, "timeouts"));
        plots.add(beside(table, "wrong"));
      }
      default -> throw new IllegalStateException("no plot for " + table.name());
    }
    return plots;
  }

  private static Plot beside(Table table, String quantity) {
    return new Plot(table.axis(), table.rows().stream().map(Row::at).toList())
        .add(
            new Plot.Series(
                quantity + ", paper",
                PAPER,
                values(table, row -> row.cell(quantity).published().orElse(Double.NaN))))
        .add(
            new Plot.Series(
                quantity + ", ours", OURS, values(table, row -> row.cell(quantity).measured())));
  }

  private static Plot.Series halfLog(Table table) {
    return new Plot.Series(
        "0.5 log2 N",
        THEORY,
        values(table, row -> 0.5 * Math.log(Double.parseDouble(row.at())) / Math.log(2)));
  }

  private static List<Double> values(Table table, Function<Row, Double> value) {
    return table.rows().stream().map(value).toList();
  }

  private static void appendTable(StringBuilder page, Table table) {
    page.append("<table><tr><th>").append(table.axis()).append("</th>");
    for (Cell cell : table.rows().get(0).cells()) {
      page.append("<th>").append(cell.quantity()).append(", paper</th><th>ours</th>");
    }
    page.append("<th>verdict</th></tr>\n");
    for (Row row : table.rows()) {
      page.append(row.isMissed() ? "<tr class='missed'><td>" : "<tr><td>").append(row.at());
      for (Cell cell : row.cells()) {
        page.append("</td><td>").append(cell.publishedText());
        page.append("</td><td>").append(cell.measuredText());
      }
      page.append("</td><td>").append(row.verdict()).append("</td></tr>\n");
    }
    page.append("</table><p>Gate: ").append(escaped(table.gate())).append(".</p>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
