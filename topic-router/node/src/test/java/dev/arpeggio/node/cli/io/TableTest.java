package dev.arpeggio.node.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void textIsFlushLeftAndNumbersFlushRight() {
    Table table =
        new Table("TOPIC", "BYTES", "KEYS").row("a", 1_234_567L, "5.0%").row("long", 8, "50.0%");
    assertEquals(
        List.of(
            "TOPIC      BYTES   KEYS", //
            "a      1,234,567   5.0%",
            "long           8  50.0%"),
        table.lines());
  }

  @Test
  void aColumnWithOneTextIsText() {
    assertEquals(
        List.of("A    B", "1    x", "all  y"),
        new Table("A", "B").row(1, "x").row("all", "y").lines());
  }

  @Test
  void aTableWithoutRowsIsItsHeader() {
    assertEquals(List.of("A  B"), new Table("A", "B").lines());
  }

  @Test
  void aRowOfTheWrongLengthIsADefect() {
    assertThrows(IllegalStateException.class, () -> new Table("A", "B").row("only one"));
  }
}
