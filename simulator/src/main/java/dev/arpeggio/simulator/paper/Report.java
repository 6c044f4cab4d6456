package dev.arpeggio.simulator.paper;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The tables and their plots as one HTML page that needs nothing else. */
final class Report {
  private static final String FILE = "paper.html";
  private static final String OURS = "ours";
  private static final String PAPER = "paper";
  private static final String THEORY = "theory";

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
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width"><title>Arpeggio beside the Chord paper</title>
        <style>
        :root { color-scheme: light dark; --page: #fff; --text: #222; --grid: #ddd; --missed: #fdd;
          --paper: #b45309; --ours: #1d6fb8; --theory: #777 }
        @media (prefers-color-scheme: dark) { :root { --page: #1b1b1b; --text: #ddd; --grid: #444;
          --missed: #622; --paper: #f0a050; --ours: #6cb6ff; --theory: #aaa } }
        body { font: 15px/1.5 sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em;
          background: var(--page); color: var(--text) }
        .wide { overflow-x: auto } table { border-collapse: collapse }
        td, th { padding: .1em .7em; text-align: right; white-space: nowrap }
        tr.missed { background: var(--missed) }
        svg { display: block; width: 100%%; max-width: 640px; font: 12px sans-serif; margin: 1em 0 }
        text { fill: var(--text) } text.end { text-anchor: end } text.middle { text-anchor: middle }
        line.grid { stroke: var(--grid) } polyline { fill: none; stroke-width: 1.5 }
        polyline.paper { stroke: var(--paper); stroke-dasharray: 6 3 } circle.paper { fill: var(--paper) }
        polyline.ours { stroke: var(--ours) } circle.ours { fill: var(--ours) }
        polyline.theory { stroke: var(--theory); stroke-dasharray: 2 3 } circle.theory { fill: none }
        </style></head><body>
        <h1>Arpeggio beside the Chord paper</h1>
        <p>Published: I. Stoica et al., Chord: a scalable peer-to-peer lookup protocol for Internet
        applications, IEEE/ACM ToN 11(1), 2003. Ours: production code, seed %d.</p>
        """
            .formatted(seed));
    for (Table table : tables) {
      page.append("<h2>").append(escaped(table.title())).append("</h2>\n");
      plots(table).forEach(plot -> page.append(plot.svg()).append("\n"));
      appendTable(page, table);
    }
    return page.append("</body></html>\n").toString();
  }

  private static List<Plot> plots(Table table) {
    return switch (table.name()) {
      case "path-length" ->
          List.of(beside(table, "mean", "nodes", "mean path, hops").add(halfLog(table)));
      case "path-length-distribution" ->
          List.of(beside(table, "share", "path, hops", "share of lookups"));
      case "load" -> List.of(beside(table, "p99", "keys", "keys of the 99th percentile of nodes"));
      case "virtual-nodes" ->
          List.of(beside(table, "p99", "positions a node", "keys of the 99th percentile of nodes"));
      case "failures" -> {
        String failed = "share of nodes that failed";
        yield List.of(
            beside(table, "path", failed, "mean path, hops"),
            beside(table, "timeouts", failed, "time-outs a lookup"));
      }
      case "churn" -> {
        String rate = "joins, and as many farewells, a second";
        yield List.of(
            beside(table, "path", rate, "mean path, hops"),
            beside(table, "timeouts", rate, "time-outs a lookup"),
            beside(table, "wrong", rate, "wrong of 10,000 lookups"));
      }
      default -> throw new IllegalStateException("no plot for " + table.name());
    };
  }

  private static Plot beside(Table table, String quantity, String across, String upwards) {
    return new Plot(across, upwards, table.rows().stream().map(Row::at).toList())
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
    List<Cell> quantities = table.rows().get(0).cells();
    page.append("<div class='wide'><table><tr><th rowspan='2'>").append(table.axis());
    for (Cell cell : quantities) {
      page.append(isPublished(table, cell.quantity()) ? "</th><th colspan='2'>" : "</th><th>");
      page.append(cell.quantity());
    }
    page.append("</th><th rowspan='2'>verdict</th></tr>\n<tr>");
    for (Cell cell : quantities) {
      page.append(isPublished(table, cell.quantity()) ? "<th>paper</th>" : "")
          .append("<th>ours</th>");
    }
    page.append("</tr>\n");
    for (Row row : table.rows()) {
      page.append(row.isMissed() ? "<tr class='missed'><td>" : "<tr><td>").append(row.at());
      for (Cell cell : row.cells()) {
        if (isPublished(table, cell.quantity())) {
          page.append("</td><td>").append(cell.publishedText());
        }
        page.append("</td><td>").append(cell.measuredText());
      }
      page.append("</td><td>").append(row.verdict()).append("</td></tr>\n");
    }
    page.append("</table></div><p>Gate: ").append(escaped(table.gate())).append(".</p>\n");
  }

  private static boolean isPublished(Table table, String quantity) {
    return table.rows().stream().anyMatch(row -> row.cell(quantity).published().isPresent());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
