package dev.arpeggio.chord.sample;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class RingOfThreeTest {
  private static final String MARK = "// docs/chord.md: ";

  @Test
  @Timeout(60)
  void theExampleFindsAnOwner() throws Exception {
    String owner = RingOfThree.ownerOf("one espresso").get(60, TimeUnit.SECONDS).address();
    assertTrue(List.of("local://a", "local://b", "local://c").contains(owner), owner);
  }

  @Test
  void theDocumentationShowsTheExampleAsItIsCompiled() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/arpeggio/chord/sample/RingOfThree.java"));
    String example =
        source
            .substring(source.indexOf(MARK + "begin"), source.indexOf(MARK + "end"))
            .lines()
            .skip(1)
            .filter(line -> !line.isBlank())
            .map(line -> line.substring(4))
            .reduce("", (all, line) -> all + line + "\n");
    String page = Files.readString(Path.of("../docs/chord.md"));
    assertTrue(page.contains("```java\n" + example + "```\n"), "docs/chord.md shows other code");
  }
}
