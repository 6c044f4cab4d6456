package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** That a process that stands still for a while is not dead at once, and what that costs. */
final class PauseTest {
  private static final int SIZE = 16;
  private static final ChordConfig LAN = ChordConfig.lan();

  /**
   * What came of one pause.
   *
   * @param buried whether anybody took the paused node for dead
   * @param accuses whether the paused node took anybody for dead
   * @param settled how long after the pause the ring was ideal
   */
  private record Outcome(boolean buried, boolean accuses, Duration settled) {}

  @Test
  void aPauseShorterThanTheSuspicionIsNoDeath() {
    Duration pause =
        LAN.callTimeout().multipliedBy(LAN.timeoutsUntilDead()).minus(Duration.ofMillis(5));
    LongStream.rangeClosed(1, 60)
        .forEach(seed -> assertFalse(pause(LAN, pause, seed).buried(), "seed " + seed));
  }

  @Test
  void aPauseLongerThanRoundAndSuspicionIsADeath() {
    Duration pause =
        LAN.callTimeout()
            .multipliedBy(LAN.timeoutsUntilDead())
            .plus(LAN.stabilizeInterval().multipliedBy(2));
    LongStream.rangeClosed(1, 30)
        .forEach(seed -> assertTrue(pause(LAN, pause, seed).buried(), "seed " + seed));
  }

  @Test
  void whoSleptDoesNotTakeTheOthersForDead() {
    for (long seed = 1; seed <= 60; seed++) {
      Duration pause = Duration.ofMillis(100 * (seed % 30));
      assertFalse(pause(LAN.withTimeoutsUntilDead(1), pause, seed).accuses(), "seed " + seed);
    }
  }

  @Test
  void whoWasTakenForDeadFindsItsPlaceAgainSoon() {
    for (long seed = 1; seed <= 30; seed++) {
      Outcome outcome = pause(LAN, Duration.ofSeconds(seed), seed);
      assertTrue(outcome.settled().compareTo(Duration.ofSeconds(3)) <= 0, outcome::toString);
    }
  }

  @Test
  void onlySoManyLateTimeoutsAreExcused() {
    FailureDetector.Suspicion suspicion =
        new CountingDetector(2, Duration.ofMillis(200)).neighbour(false);
    long late = Duration.ofSeconds(5).toNanos();
    assertEquals(
        4, IntStream.iterate(0, i -> i + 1).takeWhile(i -> !suspicion.isDeathAfter(late)).count());
  }

  @Test
  void aNeighbourThatIsOverdueHasItsFirstStrike() {
    long due = Duration.ofMillis(200).toNanos();
    FailureDetector detector = new CountingDetector(2, Duration.ofMillis(200));
    assertTrue(detector.neighbour(true).isDeathAfter(due));
    assertFalse(detector.neighbour(false).isDeathAfter(due));
    assertTrue(detector.stranger().isDeathAfter(due));
  }

  private static Outcome pause(ChordConfig config, Duration pause, long seed) {
    VirtualRing ring = new VirtualRing(SIZE, config, seed);
    SplittableRandom random = new SplittableRandom(seed);
    ring.run(Duration.ofMillis(2000 + random.nextInt(1000)));
    int sleeper = random.nextInt(SIZE);
    ring.pause(sleeper, pause);
    ring.run(pause);
    Duration settled = ring.settle();
    // What was under way when the node continued takes its course.
    ring.run(config.callTimeout().multipliedBy(5));
    settled = settled.plus(ring.settle());
    Peer self = ring.view(sleeper).self();
    boolean buried = IntStream.range(0, SIZE).anyMatch(other -> ring.buried(other).contains(self));
    return new Outcome(buried, !ring.buried(sleeper).isEmpty(), settled);
  }

  /** Prints the table in docs/chord.md. */
  public static void main(String[] args) {
    int trials = 200;
    System.out.println("| pause | 1 time-out | 2 (preset) | 3 | 4 |");
    for (int millis : new int[] {100, 190, 250, 350, 395, 450, 500, 600, 700, 900, 1200}) {
      StringBuilder row = new StringBuilder("| " + millis + " ms |");
      for (int timeouts = 1; timeouts <= 4; timeouts++) {
        ChordConfig config = LAN.withTimeoutsUntilDead(timeouts);
        long buried =
            LongStream.rangeClosed(1, trials)
                .filter(seed -> pause(config, Duration.ofMillis(millis), seed).buried())
                .count();
        row.append(String.format(Locale.ROOT, " %d %% |", 100 * buried / trials));
      }
      System.out.println(row);
    }
  }
}
