package dev.arpeggio.simulator.paper;

import dev.arpeggio.simulator.paper.Cell.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One row of a table.
 *
 * @param at where on the table's axis, a number in words
 * @param cells the same quantities in every row of a table
 */
record Row(String at, List<Cell> cells) {
  Row {
    cells = List.copyOf(cells);
  }

  boolean isMissed() {
    return cells.stream().anyMatch(cell -> cell.verdict() == Verdict.MISSED);
  }

  /** In words: {@code ok}, {@code no gate}, or which quantities missed their gate. */
  String verdict() {
    if (isMissed()) {
      return cells.stream()
          .filter(cell -> cell.verdict() == Verdict.MISSED)
          .map(Cell::quantity)
          .collect(Collectors.joining(",", "MISSED:", ""));
    }
    return cells.stream().allMatch(cell -> cell.verdict() == Verdict.NO_GATE) ? "no-gate" : "ok";
  }

  Cell cell(String quantity) {
    return cells.stream()
        .filter(cell -> cell.quantity().equals(quantity))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + quantity + " at " + at));
  }
}
