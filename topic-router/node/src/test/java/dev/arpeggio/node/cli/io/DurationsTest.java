package dev.arpeggio.node.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
  private final Durations durations = new Durations();

  @Test
  void numberAndUnitMakeADuration() {
    assertEquals(Duration.ofMillis(500), durations.convert("500ms"));
    assertEquals(Duration.ofSeconds(5), durations.convert("5s"));
    assertEquals(Duration.ofMinutes(2), durations.convert("2m"));
    assertEquals(Duration.ofHours(1), durations.convert("1h"));
    assertEquals(Duration.ofDays(7), durations.convert("7d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "500ms", "1500ms", "90s", "5m", "36h", "7d"})
  void whatIsWrittenIsReadAgain(String text) {
    assertEquals(text, Durations.text(durations.convert(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "1.5s", "5 s", "5w", "99999999999s"})
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> durations.convert(text));
  }
}
