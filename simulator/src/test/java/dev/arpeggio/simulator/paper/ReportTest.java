package dev.arpeggio.simulator.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page with the plots. */
final class ReportTest {
  private static final double[] PUBLISHED = {0.05, 3.90, 0.05, 0};

  @Test
  void everyPlotOfChurnIsSoundAndItsAxesHaveNames() throws Exception {
    List<Document> plots = plots(Report.html(1, List.of(churn(0))));
    assertEquals(3, plots.size());
    for (Document plot : plots) {
      List<String> texts = texts(plot);
      assertTrue(texts.contains("joins, and as many farewells, a second"), texts.toString());
      assertEquals(2, plot.getElementsByTagName("circle").getLength());
    }
    assertTrue(texts(plots.get(2)).contains("wrong of 10,000 lookups"));
  }

  @Test
  void gridLinesAreAtRoundNumbers() throws Exception {
    for (String[] expected :
        new String[][] {
          {"0.46", "0.0", "0.1", "0.2", "0.3", "0.4", "0.5"},
          {"6", "0", "1", "2", "3", "4", "5", "6"},
          {"478", "0", "100", "200", "300", "400", "500"},
          {"0.235", "0.00", "0.05", "0.10", "0.15", "0.20", "0.25"},
          {"0", "0", "1"},
        }) {
      Plot plot =
          new Plot("x", "y", List.of("at"))
              .add(new Plot.Series("s", "ours", List.of(Double.valueOf(expected[0]))));
      List<String> texts = texts(parsed(plot.svg()));
      assertEquals(
          List.of(expected).subList(1, expected.length), texts.subList(0, expected.length - 1));
    }
  }

  @Test
  void aMissedGateStandsOut() {
    String page = Report.html(1, List.of(churn(7)));
    assertTrue(page.contains("<tr class='missed'><td>0.05</td>"), page);
    assertFalse(Report.html(1, List.of(churn(0))).contains("class='missed'"));
  }

  @Test
  void whatWasNeverPublishedHasOneColumn() {
    String page = Report.html(1, List.of(churn(0)));
    assertTrue(page.contains("<th colspan='2'>path</th>"), page);
    assertTrue(page.contains("<th>failed</th>"), page);
    Table table =
        new Table(
            "load",
            "Two",
            "keys",
            "none",
            List.of(
                new Row("1", List.of(Cell.ungated("p99", OptionalDouble.empty(), 1, 1))),
                new Row("2", List.of(Cell.ungated("p99", OptionalDouble.of(3), 1, 1)))));
    String partly = Report.html(1, List.of(table));
    assertTrue(partly.contains("<tr><td>1</td><td>-</td><td>1.0</td>"), partly);
  }

  private static Table churn(int wrong) {
    ChurnRun.Outcome outcome = new ChurnRun.Outcome(10_000, 0, wrong, wrong, 39_000, 500, 30, 0);
    Row row = Churn.row(PUBLISHED, List.of(outcome));
    return new Table("churn", "Churn", "rate", "a gate", List.of(row));
  }

  private static List<Document> plots(String page) throws Exception {
    List<Document> plots = new ArrayList<>();
    List<MatchResult> found =
        Pattern.compile("<svg .*?</svg>", Pattern.DOTALL).matcher(page).results().toList();
    for (MatchResult plot : found) {
      plots.add(parsed(plot.group()));
    }
    return plots;
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document plot) {
    NodeList elements = plot.getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < elements.getLength(); i++) {
      texts.add(((Element) elements.item(i)).getTextContent());
    }
    return texts;
  }
}
