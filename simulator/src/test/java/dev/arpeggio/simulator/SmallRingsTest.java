package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.RingView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rings of up to four nodes, in every order of four joins, farewells and crashes, of each node that
 * may be meant: with time to settle after each, and with almost none.
 */
final class SmallRingsTest {
  private static final int MAX_NODES = 4;
  private static final int BOUND_ROUNDS = 150;

  /** What happens to which of the nodes that are up; -1 stands for a newcomer. */
  private record Step(Kind kind, int place) {}

  private enum Kind {
    JOIN,
    LEAVE,
    CRASH
  }

  private static final Duration NONE = Duration.ofMillis(3);
  private static final int STEPS = 4;

  private int tried;

  /**
   * Rings of one, two, and r + 1 nodes, at the paces of production.
   *
   * @param orders how many there are: with n nodes up, a newcomer if n is below 4, and the farewell
   *     and the crash of each if n is above 1
   */
  @ParameterizedTest
  @CsvSource({
    "local, 1, 2, 58", "local, 2, 1, 166", "local, 2, 2, 166", "local, 3, 2, 652",
        "local, 4, 3, 976",
    "lan, 1, 2, 58", "lan, 2, 1, 166", "lan, 2, 2, 166", "lan, 3, 2, 652", "lan, 4, 3, 976",
    "wan, 1, 2, 58", "wan, 2, 1, 166", "wan, 2, 2, 166", "wan, 3, 2, 652", "wan, 4, 3, 976"
  })
  void everyOrderEndsInAnIdealRing(String preset, int size, int successors, int orders) {
    Settings settings = settings(preset, successors);
    for (Duration pause : List.of(NONE, rest(settings).multipliedBy(10))) {
      tried = 0;
      explore(settings, size, pause, new ArrayList<>(), size);
      assertEquals(orders, tried);
    }
  }

  private static Settings settings(String preset, int successors) {
    Settings settings =
        switch (preset) {
          case "local" -> Settings.lan(7).withConfig(ChordConfig.local());
          case "lan" -> Settings.lan(8);
          default -> Settings.wan(9);
        };
    return settings.withConfig(settings.config().withSuccessorListLength(successors));
  }

  private static Duration rest(Settings settings) {
    return settings.config().stabilizeInterval();
  }

  private void explore(Settings settings, int size, Duration pause, List<Step> steps, int up) {
    if (steps.size() == STEPS) {
      play(settings, size, pause, steps);
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
      explore(settings, size, pause, steps, up + (step.kind() == Kind.JOIN ? 1 : -1));
      steps.remove(steps.size() - 1);
    }
  }

  private static void play(Settings settings, int size, Duration pause, List<Step> steps) {
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
      ring.runFor(pause);
    }
    Duration bound = rest(settings).multipliedBy(BOUND_ROUNDS);
    assertTrue(ring.settleWithin(bound).isIdeal(), () -> steps.toString());
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
