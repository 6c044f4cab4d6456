package dev.arpeggio.simulator.paper;

import java.util.List;

/**
 * A published table beside ours.
 *
 * @param name as in the command line
 * @param title one line
 * @param axis what the rows differ in
 * @param gate what is demanded, and what was counted, in words
 * @param rows in the published order
 */
record Table(String name, String title, String axis, String gate, List<Row> rows) {
  Table {
    rows = List.copyOf(rows);
  }

  boolean isMissed() {
    return rows.stream().anyMatch(Row::isMissed);
  }
}
