package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.arpeggio.chord.Mutant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hunts found in the protocol of production, and that it is gone. */
final class RegressionTest {
  /**
   * A node put what a leaver had listed where the leaver's own list had others (gap), or where
   * others had joined since (stale), and so skipped a principal. The mutants named in the files are
   * the protocol as it was, and what seems to mend it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"farewell-gap.schedule", "farewell-stale.schedule"})
  void aFarewellSkipsNobody(String name) throws IOException {
    Schedule schedule = read(name);
    assertNotEquals(Mutant.NONE, schedule.mutant());
    assertEquals(
        Optional.of("I2"), World.run(schedule, Trace.NONE).violation().map(Violation::rule));
    assertEquals(
        Optional.empty(), World.run(schedule.withMutant(Mutant.NONE), Trace.NONE).violation());
  }

  /**
   * An answer was held up until the farewell of its sender had arrived: in one event the answer
   * made the sender's list the node's own, and the farewell made the next one in it the first. The
   * rule of conduct took that for an adoption unasked.
   */
  @Test
  void aFarewellBehindAnAnswerIsNoAdoptionUnasked() throws IOException {
    assertEquals(
        Optional.empty(),
        World.run(read("farewell-behind-answer.schedule"), Trace.NONE).violation());
  }

  /**
   * A node crashed while its list, which skipped a principal, was on its way to one that was
   * joining. By the proof that one was a member already, and the crash more than the proof allows.
   */
  @Test
  void aListOnItsWayToOneThatJoinsCounts() throws IOException {
    assertEquals(
        Optional.empty(), World.run(read("list-for-a-joiner.schedule"), Trace.NONE).violation());
  }

  /**
   * Two rings stayed apart: the only node that found the other ring had a successor of its own
   * before the owner that it was told of, so it adopted nothing, and nobody else was told.
   */
  @Test
  void aRingThatIsFoundBehindTheFirstSuccessorIsUnited() throws IOException {
    assertEquals(
        Optional.empty(),
        World.run(read("ring-behind-successor.schedule"), Trace.NONE).violation());
  }

  /**
   * A node met its predecessor-to-be in the middle of a step each time, began anew with a seed that
   * was gone, and paused longer each time, for each seed.
   */
  @Test
  void aNodeJoinsBesideABusyOneThoughSeedsAreGone() throws IOException {
    assertEquals(
        Optional.empty(), World.run(read("joining-beside-busy.schedule"), Trace.NONE).violation());
  }

  private static Schedule read(String name) throws IOException {
    try (InputStream file = RegressionTest.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(file, name).readAllBytes();
      return ScheduleText.read(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
