package dev.arpeggio.simulator.hunt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is hunted is what production uses. */
final class PacingTest {
  @Test
  void allPresetsAreHunted() {
    assertEquals(ChordConfig.local(), Pacing.LOCAL.config());
    assertEquals(ChordConfig.lan(), Pacing.LAN.config());
    assertEquals(ChordConfig.wan(), Pacing.WAN.config());
  }

  @ParameterizedTest
  @EnumSource
  void timesScaleWithTheIntervalAtRest(Pacing pacing) {
    assertEquals(
        pacing.config().stabilizeInterval().toNanos(),
        pacing.scaled(ChordConfig.lan().stabilizeInterval().toNanos()));
    assertTrue(2 * pacing.maxLatencyNanos() < pacing.config().callTimeout().toNanos());
  }

  @Test
  void aSteadyNodeKnowsNoQuickRounds() {
    ChordConfig steady = Pacing.STEADY.config();
    assertEquals(steady.stabilizeInterval(), steady.stabilizeQuick());
  }
}
