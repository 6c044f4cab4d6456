package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.chord.Mutant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hunts found in the protocol of production, and that it is gone. */
final class RegressionTest {
  /**
   * A node put the last entry of a leaver's list where the leaver's own list had others, and so
   * skipped a principal. The mutant is the protocol as it was.
   */
  @ParameterizedTest
  @ValueSource(strings = {"farewell-gap.schedule", "farewell-gap-of-two.schedule"})
  void aFarewellSkipsNobody(String name) throws IOException {
    Schedule schedule = read(name);
    assertEquals(
        Optional.empty(), World.run(schedule.withMutant(Mutant.NONE), Trace.NONE).violation());
    Schedule before = schedule.withMutant(Mutant.FAREWELL_LEAVES_GAP);
    assertEquals(Optional.of("I2"), World.run(before, Trace.NONE).violation().map(Violation::rule));
  }

  private static Schedule read(String name) throws IOException {
    try (InputStream file = RegressionTest.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(file, name).readAllBytes();
      return ScheduleText.read(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
