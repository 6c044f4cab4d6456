package dev.arpeggio.simulator.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.simulator.terminal.Progress;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The experiments, small: the gates of the full ones are for the command. */
final class ExperimentTest {
  @Test
  void pathsAreAsLongAsPublished() {
    Table table = measure(new PathLength(512)).get(0);
    assertEquals(7, table.rows().size());
    assertFalse(table.isMissed(), () -> String.join("\n", Print.text(table)));
  }

  @Test
  void lookupsSurviveThatHalfOfTheNodesFail() {
    Table table = measure(new Failures(1000, 1000)).get(0);
    assertEquals(6, table.rows().size());
    for (Row row : table.rows()) {
      assertEquals(0, row.cell("failed").measured(), "with " + row.at());
      assertTrue(row.cell("timeouts").measured() >= row.cell("on-the-way").measured());
    }
    assertEquals(0, table.rows().get(0).cell("timeouts").measured());
  }

  @Test
  void positionsEvenTheLoadOut() {
    Table table = measure(new VirtualNodes(1000, 2)).get(0);
    double previous = Double.MAX_VALUE;
    for (Row row : table.rows()) {
      double highest = row.cell("p99").measured();
      assertTrue(highest < previous, "at " + row.at());
      previous = highest;
    }
  }

  @Test
  void loadGrowsWithTheKeys() {
    Table table = measure(new Load(1000, 2)).get(0);
    assertEquals(10, table.rows().size());
    double first = table.rows().get(0).cell("p99").measured();
    double last = table.rows().get(9).cell("p99").measured();
    assertTrue(last > 8 * first && last < 12 * first, first + " and " + last);
  }

  @Test
  void aSeedDecidesEverything() {
    Failures experiment = new Failures(100, 200);
    assertEquals(experiment.measure(7, quiet()), experiment.measure(7, quiet()));
    assertNotEquals(experiment.measure(7, quiet()), experiment.measure(8, quiet()));
  }

  @Test
  void aValueBeyondItsGateIsNamedInTheVerdict() {
    Row row =
        new Row(
            "8",
            List.of(
                Cell.gated("mean", 3, 4, 2, false),
                Cell.ungated("max", OptionalDouble.empty(), 9, 0)));
    Table table = new Table("t", "A table", "n", "none", List.of(row));
    assertTrue(table.isMissed());
    assertEquals(
        List.of(
            "A table",
            "n  mean:paper  ours  max:paper  ours  verdict",
            "8        3.00  4.00          -     9  MISSED:mean",
            "Gate: none."),
        Print.text(table));
    assertEquals(
        "{\"table\":\"t\",\"met\":false,\"rows\":[{\"n\":8,\"mean\":{\"paper\":3.00,\"ours\":4.00},"
            + "\"max\":{\"paper\":null,\"ours\":9},\"verdict\":\"MISSED:mean\"}]}",
        Print.json(table));
  }

  @Test
  void percentilesAreValuesThatOccurred() {
    Counts counts = new Counts();
    for (int i = 1; i <= 100; i++) {
      counts.add(i);
    }
    assertEquals(1, counts.percentile(0.01));
    assertEquals(99, counts.percentile(0.99));
    assertEquals(100, counts.percentile(1));
    assertEquals(50.5, counts.mean());
    assertEquals(0.01, counts.share(100));
    assertEquals(0, counts.share(1000));
  }

  private static List<Table> measure(Experiment experiment) {
    return experiment.measure(1, quiet());
  }

  private static Progress quiet() {
    return new Progress(new PrintWriter(Writer.nullWriter()), false);
  }
}
