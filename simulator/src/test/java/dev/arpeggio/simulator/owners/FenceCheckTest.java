package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class FenceCheckTest {
  private final FenceCheck fence = new FenceCheck();

  @Test
  void whoAcquiredLastMayWrite() {
    fence.acquired(1, 1);
    fence.wrote(1, "/log");
    fence.acquired(2, 2);
    fence.wrote(2, "/log");
    assertTrue(fence.isHeldBy(2));
    assertFalse(fence.isHeldBy(1));
  }

  @Test
  void aFormerOwnerMayNotWrite() {
    fence.acquired(1, 1);
    fence.acquired(2, 2);
    breaks(Rule.FENCED, () -> fence.wrote(1, "/log"));
  }

  @Test
  void nobodyMayWriteWhoNeverAcquired() {
    breaks(Rule.FENCED, () -> fence.wrote(0, "/log"));
  }

  @Test
  void anEpochMayNotComeBack() {
    fence.acquired(1, 2);
    breaks(Rule.FENCED, () -> fence.acquired(2, 2));
  }
}
