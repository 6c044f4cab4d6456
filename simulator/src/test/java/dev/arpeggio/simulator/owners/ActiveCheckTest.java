package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

final class ActiveCheckTest {
  private final ActiveCheck failover = new ActiveCheck("default", false);
  private final ActiveCheck exclusive = new ActiveCheck("default", true);

  @Test
  void whoeverWasMadeFirstIsServedUntilItGoes() {
    failover.attached(2);
    failover.attached(1);
    failover.attached(3);
    failover.delivered(1);
    breaks(Rule.ONE_ACTIVE, () -> failover.delivered(2));
    failover.left(1);
    breaks(Rule.ONE_ACTIVE, () -> failover.delivered(3));
    assertDoesNotThrow(() -> failover.delivered(2));
  }

  @Test
  void whoHasLeftGetsNothing() {
    failover.attached(1);
    failover.left(1);
    breaks(Rule.ONE_ACTIVE, () -> failover.delivered(1));
  }

  @Test
  void nobodyIsLetInBesideAnExclusiveConsumer() {
    exclusive.attached(1);
    breaks(Rule.ONE_ACTIVE, () -> exclusive.attached(2));
    exclusive.left(1);
    assertDoesNotThrow(() -> exclusive.attached(2));
  }
}
