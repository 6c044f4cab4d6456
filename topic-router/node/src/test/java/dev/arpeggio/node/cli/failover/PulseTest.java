package dev.arpeggio.node.cli.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times are those that the test says. */
class PulseTest {
  private static final Duration NOW = Duration.ZERO;

  private final Pulse pulse = new Pulse(3, 0);

  @Test
  void anOutageLastsUntilTheSlowestAffectedPartitionWorks() throws Exception {
    pulse.interrupted(List.of(0, 2), millis(100), 50);
    pulse.beat(0, 50, millis(110));
    assertNull(pulse.awaitBack(NOW));
    pulse.beat(2, 51, millis(400));
    assertEquals(Duration.ofMillis(300), pulse.awaitBack(NOW));
  }

  @Test
  void whatWasSentBeforeSaysNothing() throws Exception {
    pulse.interrupted(List.of(0), millis(100), 50);
    pulse.beat(0, 49, millis(110));
    assertNull(pulse.awaitBack(NOW));
    pulse.beat(0, 60, millis(700));
    assertEquals(Duration.ofMillis(600), pulse.awaitBack(NOW));
  }

  @Test
  void onlyTheFirstNewBeatCounts() throws Exception {
    pulse.interrupted(List.of(0), millis(100), 50);
    pulse.beat(0, 50, millis(200));
    pulse.beat(0, 51, millis(900));
    assertEquals(Duration.ofMillis(100), pulse.awaitBack(NOW));
  }

  @Test
  void otherPartitionsDoNotCount() throws Exception {
    pulse.interrupted(List.of(0), millis(100), 50);
    pulse.beat(1, 50, millis(200));
    assertNull(pulse.awaitBack(NOW));
  }

  @Test
  void theLongestSilenceIsThatOfAnyPartitionAlsoIfItLasts() {
    pulse.beat(0, 1, millis(100));
    pulse.beat(1, 2, millis(250));
    pulse.beat(2, 3, millis(300));
    assertEquals(Duration.ofMillis(300), pulse.longestSilence(millis(310)));
    assertEquals(Duration.ofMillis(900), pulse.longestSilence(millis(1_000)), "since 100");
  }

  @Test
  void everyPartitionHasToBeatAgain() throws Exception {
    pulse.beat(0, 1, millis(100));
    pulse.beat(1, 2, millis(100));
    assertTrue(!pulse.awaitAllSince(millis(50), NOW));
    pulse.beat(2, 3, millis(100));
    assertTrue(pulse.awaitAllSince(millis(50), NOW));
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
