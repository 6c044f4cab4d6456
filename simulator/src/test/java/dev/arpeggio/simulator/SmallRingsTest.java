package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.RingView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rings of up to four nodes, in every order of joins, farewells and crashes: with time to settle
 * after each, and with almost none.
 */
final class SmallRingsTest {
  private static final int MAX_NODES = 4;
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** What happens to which of the nodes that are up; -1 stands for a newcomer. */
  private record Step(Kind kind, int place) {}

  private enum Kind {
    JOIN,
    LEAVE,
    CRASH
  }

  private int tried;

  @ParameterizedTest
  @CsvSource({
    "1, 2, 4, 0",
    "1, 2, 4, 2000",
    "2, 2, 3, 0",
    "2, 2, 3, 2000",
    "3, 2, 3, 0",
    "3, 2, 3, 2000",
    "4, 3, 3, 0",
    "4, 3, 3, 2000"
  })
  void everyOrderEndsInAnIdealRing(int size, int successors, int depth, long pauseMillis) {
    explore(size, successors, depth, Duration.ofMillis(pauseMillis), new ArrayList<>(), size);
    assertTrue(tried >= Math.pow(3, depth - 1), tried + " orders");
  }

  private void explore(
      int size, int successors, int depth, Duration pause, List<Step> steps, int up) {
    if (steps.size() == depth) {
      play(size, successors, pause, steps);
      tried++;
      return;
    }
    List<Step> next = new ArrayList<>();
    if (up < MAX_NODES) {
      next.add(new Step(Kind.JOIN, -1));
    }
    for (int place = 0; place < up && up > 1; place++) {
      next.add(new Step(Kind.LEAVE, place));
      next.add(new Step(Kind.CRASH, place));
    }
    for (Step step : next) {
      steps.add(step);
      explore(size, successors, depth, pause, steps, up + (step.kind() == Kind.JOIN ? 1 : -1));
      steps.remove(steps.size() - 1);
    }
  }

  private static void play(int size, int successors, Duration pause, List<Step> steps) {
    Settings settings =
        Settings.lan(7).withConfig(ChordConfig.lan().withSuccessorListLength(successors));
    SimulatedRing ring = SimulatedRing.ring(size, settings).settle();
    List<Integer> up = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      up.add(number);
    }
    for (Step step : steps) {
      switch (step.kind()) {
        case JOIN -> up.add(joined(ring, up));
        case LEAVE -> ring.leave(up.remove(step.place()));
        case CRASH -> ring.crash(up.remove(step.place()));
      }
      ring.runFor(pause.plusMillis(3));
    }
    assertTrue(ring.settleWithin(BOUND).isIdeal(), () -> steps.toString());
  }

  /**
   * A newcomer, as soon as it is a member: were the last member to go before, nobody could join.
   */
  private static int joined(SimulatedRing ring, List<Integer> seeds) {
    int number = ring.join(seeds.stream().mapToInt(Integer::intValue).toArray());
    for (int i = 0; i < 60_000 && ring.view(number).status() != RingView.Status.MEMBER; i++) {
      ring.runFor(Duration.ofMillis(1));
    }
    return number;
  }
}
