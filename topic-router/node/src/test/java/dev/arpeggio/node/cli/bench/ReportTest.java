package dev.arpeggio.node.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.bench.Report.Goal;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures are printed in three forms, with their goals. */
class ReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Report report = new Report();

  ReportTest() {
    for (double value : new double[] {3, 1, 2}) {
      report.figure("read, \"fast\"", "x", Goal.atLeast(2)).add(value);
      report.figure("write", "ms", Goal.atMost(1.5)).add(value);
    }
    report.figure("reserved, and never measured", "x");
  }

  @Test
  void aTableHasARowAFigureAndTheSettingsAreTalk() {
    String table = print(OutputFormat.TABLE);
    assertTrue(table.matches("(?s).*\\nwrite +2 +1 +3 +ms +<= 1\\.50 +missed\\n"), table);
    assertEquals("runs 3\n", err.toString(UTF_8));
  }

  @Test
  void csvIsQuotedAndHoldsTheSettingsInEveryRow() {
    assertEquals(
        """
        runs,figure,median,min,max,unit,goal,verdict
        3,"read, ""fast""\",2.0,1.0,3.0,x,>= 2,met
        3,write,2.0,1.0,3.0,ms,<= 1.50,missed
        """,
        print(OutputFormat.CSV));
  }

  @Test
  void jsonSaysWhetherGoalsAreMet() {
    String json = print(OutputFormat.JSON);
    assertTrue(
        json.startsWith("{\"runs\":3,\"figures\":[{\"figure\":\"read, \\\"fast\\\"\""), json);
    assertTrue(json.contains("\"goal\":\"<= 1.50\",\"met\":false"), json);
  }

  private String print(OutputFormat format) {
    Console console =
        new Console(InputStream.nullInputStream(), out, new PrintStream(err, true, UTF_8), false);
    report.print(Map.of("runs", 3), console, format);
    return out.toString(UTF_8);
  }
}
