package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class LogCheckTest {
  private final LogCheck log = new LogCheck();

  @BeforeEach
  void publishSome() {
    for (String producer : List.of("a", "b")) {
      for (int sequence = 0; sequence < 5; sequence++) {
        log.publish(producer + "-" + sequence);
      }
    }
  }

  static void breaks(Rule rule, Executable step) {
    assertEquals(rule, assertThrows(Breach.class, step).rule());
  }

  @Test
  void theLogGrowsUpToItsFirstHole() {
    log.stored(0, List.of("a-0", "b-0"));
    log.stored(3, List.of("a-2"));
    assertEquals(2, log.end());
    assertNull(log.offset("a-2"), "behind a hole");
    log.stored(2, List.of("a-1"));
    assertEquals(4, log.end());
    assertEquals(3, log.offset("a-2"));
    assertEquals("b-0", log.text(1));
  }

  @Test
  void whatNobodyPublishedMayNotBeStored() {
    breaks(Rule.NOTHING_INVENTED, () -> log.stored(0, List.of("a-9")));
  }

  @Test
  void segmentsMayNotOverlap() {
    log.stored(0, List.of("a-0", "a-1"));
    breaks(Rule.GAP_FREE, () -> log.stored(1, List.of("a-2")));
    log.stored(5, List.of("b-0", "b-1"));
    breaks(Rule.GAP_FREE, () -> log.stored(4, List.of("a-2", "a-3")));
    breaks(Rule.GAP_FREE, () -> log.stored(6, List.of("a-2")));
  }

  @Test
  void anOffsetIsNotUsedAgainAfterItWasDeleted() {
    log.stored(0, List.of("a-0"));
    log.startsAt(1);
    log.deleted(0);
    breaks(Rule.GAP_FREE, () -> log.stored(0, List.of("a-1")));
  }

  @Test
  void aSequenceMayNotBeThereTwiceAlsoIfItsFirstPlaceIsGone() {
    log.stored(0, List.of("a-0"));
    log.startsAt(1);
    log.deleted(0);
    breaks(Rule.NO_REPEAT, () -> log.stored(1, List.of("a-0")));
  }

  @Test
  void whatLayBehindAHoleMayBeStoredAgainOnceItIsDeleted() {
    log.stored(0, List.of("a-0"));
    log.stored(2, List.of("a-2"));
    log.deleted(2);
    log.stored(1, List.of("a-1", "a-2"));
    assertEquals(3, log.end());
  }

  @Test
  void aProducersMessagesMayNotChangeTheirOrderNorLeaveOneOut() {
    log.stored(0, List.of("a-0"));
    breaks(Rule.ORDER_KEPT, () -> log.stored(1, List.of("a-2")));
  }

  @Test
  void aSegmentOfTheLogMayNotBeDeletedBeforeTheLogStartsBehindIt() {
    log.stored(0, List.of("a-0"));
    breaks(Rule.NOTHING_LOST, () -> log.deleted(0));
  }

  @Test
  void theLogStartsNeitherBehindItsEndNorBeforeItsStart() {
    log.stored(0, List.of("a-0", "a-1"));
    breaks(Rule.GAP_FREE, () -> log.startsAt(3));
    log.startsAt(2);
    breaks(Rule.GAP_FREE, () -> log.startsAt(1));
  }
}
