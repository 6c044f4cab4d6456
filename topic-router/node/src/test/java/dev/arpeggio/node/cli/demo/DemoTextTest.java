package dev.arpeggio.node.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTextTest {
  @Test
  void theTextIsTheSameEveryTime(@TempDir Path directory) throws Exception {
    DemoText.write(directory.resolve("one"));
    DemoText.write(directory.resolve("two"));
    assertEquals(-1, Files.mismatch(directory.resolve("one"), directory.resolve("two")));
  }

  @Test
  void itHasAtLeastAHundredThousandDifferentLines(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("text");
    DemoText.write(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(DemoText.LINES, lines.size());
    assertTrue(new HashSet<>(lines).size() >= 100_000);
    assertEquals(DemoText.LINES, Source.examine(file.toString()).lines());
  }
}
