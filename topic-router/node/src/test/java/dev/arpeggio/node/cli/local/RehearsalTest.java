package dev.arpeggio.node.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void aNodeHasServedBeforeItServes() throws Exception {
    assertEquals(200, Rehearsal.run());
  }
}
