package dev.arpeggio.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of features names tests that there are, and none without one. */
class FeaturesTest {
  private static final Path HOUSE = Path.of("..");
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+(?:Test|Contract))#(\\w+)`");

  @Test
  void everyTestThatThePageNamesExists() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing =
        REFERENCE
            .matcher(page())
            .results()
            .filter(
                reference ->
                    !Pattern.compile("void " + reference.group(2) + "\\(")
                        .matcher(sources.getOrDefault(reference.group(1), ""))
                        .find())
            .map(reference -> reference.group())
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void everyRowNamesATest() throws IOException {
    List<String> bare = new ArrayList<>();
    List<String> rows = page().lines().filter(line -> line.startsWith("|")).toList();
    for (int i = 0; i < rows.size(); i++) {
      boolean header = i + 1 < rows.size() && rows.get(i + 1).startsWith("|---");
      boolean rule = rows.get(i).startsWith("|---");
      if (!header && !rule && !REFERENCE.matcher(rows.get(i)).find()) {
        bare.add(rows.get(i));
      }
    }
    assertEquals(List.of(), bare);
    assertTrue(rows.size() > 20, "the page has hardly any rows");
  }

  private static String page() throws IOException {
    return Files.readString(HOUSE.resolve("docs/features.md"));
  }

  /** Of all test classes, by their simple names. */
  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(HOUSE)) {
      return files
          .filter(file -> file.toString().contains("src/test/java"))
          .filter(file -> file.toString().matches(".*(Test|Contract)\\.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  FeaturesTest::read,
                  (one, other) -> one + other,
                  TreeMap::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
