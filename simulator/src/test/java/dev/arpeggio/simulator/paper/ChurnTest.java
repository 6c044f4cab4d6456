package dev.arpeggio.simulator.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Progress;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lookups while nodes come and go, in small rings; and that the gate sees what is wrong. */
final class ChurnTest {
  private static final int NODES = 200;
  private static final int LOOKUPS = 400;

  @Test
  void aSmallRingMeetsTheGates() {
    Table table = measure(Mutant.NONE, 1);
    assertEquals(8, table.rows().size());
    assertFalse(table.isMissed(), () -> String.join("\n", Print.text(table)));
    for (Row row : table.rows()) {
      double interval = row.cell("interval").measured();
      assertTrue(interval > 26 && interval < 31, "rounds come every " + interval + " s");
    }
  }

  @Test
  void answersFromDeepInTheListMissTheGate() {
    Table table = measure(Mutant.ANSWERS_FROM_DEEP, 1);
    Row row = table.rows().get(7);
    assertTrue(row.verdict().contains("wrong"), () -> String.join("\n", Print.text(table)));
    assertTrue(row.cell("wrong").measured() > 35 * row.cell("wrong").published().orElseThrow());
  }

  @Test
  void aSeedDecidesEverything() {
    ChurnRun.Outcome once = run(3);
    assertEquals(once, run(3));
    assertNotEquals(once.fingerprint(), run(4).fingerprint());
  }

  @Test
  void everyLookupEndsAndIsCounted() {
    ChurnRun.Outcome outcome = run(5);
    int left = LOOKUPS - outcome.answered() - outcome.failed();
    assertTrue(left >= 0 && left < 5, () -> left + " askers left before the answer");
    assertTrue(outcome.timeouts() > 0);
    assertTrue(outcome.wrong() <= outcome.unadopted());
  }

  @Test
  void eachGateIsMissedByAValueBeyondIt() {
    double[] published = {0.10, 4.00, 0.10, 2};
    assertEquals("ok", verdict(published, 4_200, 120, 3));
    assertEquals("MISSED:path", verdict(published, 42_010, 120, 3));
    assertEquals("MISSED:timeouts", verdict(published, 40_000, 1_210, 3));
    assertEquals("MISSED:wrong", verdict(published, 40_000, 120, 4));
  }

  @Test
  void aLookupWithoutAnAnswerIsAWrongOne() {
    ChurnRun.Outcome outcome = new ChurnRun.Outcome(9_996, 4, 1, 1, 39_000, 100, 30, 0);
    Row row = Churn.row(new double[] {0.10, 4.00, 0.10, 2}, List.of(outcome));
    assertEquals(5, row.cell("wrong").measured());
    assertEquals("MISSED:wrong", row.verdict());
  }

  private static String verdict(double[] published, long hops, long timeouts, int wrong) {
    return Churn.row(
            published,
            List.of(new ChurnRun.Outcome(10_000, 0, wrong, wrong, hops, timeouts, 30, 0)))
        .verdict();
  }

  private static ChurnRun.Outcome run(long seed) {
    return new ChurnRun(NODES, Mutant.NONE, "test", seed).measure(0.08, LOOKUPS);
  }

  private static Table measure(Mutant mutant, long seed) {
    Progress quiet = new Progress(new PrintWriter(Writer.nullWriter()), false);
    return new Churn(NODES, LOOKUPS, 1, mutant).measure(seed, quiet).get(0);
  }
}
