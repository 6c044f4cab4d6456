package dev.arpeggio.simulator.paper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The published figures, read from the program's own resources. */
final class Published {
  private Published() {}

  /** The lines of one table after its heading, as numbers. */
  static List<double[]> rows(String table) {
    try (InputStream file = Published.class.getResourceAsStream(table + ".csv")) {
      if (file == null) {
        throw new IllegalStateException("the program lacks its table " + table);
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
      List<double[]> rows = new ArrayList<>();
      reader.lines().skip(1).map(Published::numbers).forEach(rows::add);
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException("the program cannot read its table " + table, e);
    }
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }
}
