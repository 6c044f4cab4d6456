package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.queue.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private List<Long> stored(long first, String... texts) {
    SortedMap<Long, String> byOffset = new TreeMap<>();
    for (String text : texts) {
      byOffset.put(first + byOffset.size(), text);
    }
    return log.stored(new OffsetRange(first, texts.length), byOffset);
  }

  private List<Long> compacted(long first, long span, Map<Long, String> texts) {
    return log.stored(new OffsetRange(first, span), new TreeMap<>(texts));
  }

  @Test
  void theLogGrowsUpToItsFirstHole() {
    stored(0, "a-0", "b-0");
    stored(3, "a-2");
    assertEquals(2, log.end());
    assertNull(log.offset("a-2"), "behind a hole");
    assertEquals("b-0", log.text(1));
  }

  @Test
  void theLogDoesNotGoOnInFrontOfWhatLiesBehindAHole() {
    stored(0, "a-0");
    stored(2, "a-2");
    breaks(Rule.GAP_FREE, () -> stored(1, "a-1"));
  }

  @Test
  void whatNobodyPublishedMayNotBeStored() {
    breaks(Rule.NOTHING_INVENTED, () -> stored(0, "a-9"));
  }

  @Test
  void segmentsMayNotOverlap() {
    stored(0, "a-0", "a-1");
    breaks(Rule.GAP_FREE, () -> stored(1, "a-2"));
    stored(5, "b-0", "b-1");
    breaks(Rule.GAP_FREE, () -> stored(4, "a-2", "a-3"));
    breaks(Rule.GAP_FREE, () -> stored(6, "a-2"));
  }

  @Test
  void anOffsetIsNotUsedAgainAfterItWasDeleted() {
    stored(0, "a-0");
    log.startsAt(1);
    log.deleted(0);
    breaks(Rule.GAP_FREE, () -> stored(0, "a-1"));
  }

  @Test
  void aSequenceMayNotBeThereTwiceAlsoIfItsFirstPlaceIsGone() {
    stored(0, "a-0");
    log.startsAt(1);
    log.deleted(0);
    breaks(Rule.NO_REPEAT, () -> stored(1, "a-0"));
  }

  @Test
  void whatLayBehindAHoleMayBeStoredAgainOnceItIsDeleted() {
    stored(0, "a-0");
    stored(2, "a-2");
    log.deleted(2);
    stored(1, "a-1", "a-2");
    assertEquals(3, log.end());
  }

  @Test
  void aProducersMessagesMayNotChangeTheirOrderNorLeaveOneOut() {
    stored(0, "a-0");
    breaks(Rule.ORDER_KEPT, () -> stored(1, "a-2"));
  }

  @Test
  void aSegmentOfTheLogMayNotBeDeletedBeforeTheLogStartsBehindIt() {
    stored(0, "a-0");
    log.deleted(0);
    breaks(Rule.NOTHING_LOST, log::endOfTransaction);
  }

  @Test
  void aSegmentMayTakeThePlaceOfOthersAndSaysWhatItLeavesOut() {
    stored(0, "a-0", "b-0");
    stored(2, "a-1");
    stored(3, "b-1");
    log.deleted(0);
    log.deleted(2);
    assertEquals(List.of(0L, 2L), compacted(0, 3, Map.of(1L, "b-0")));
    log.endOfTransaction();
    assertEquals(4, log.end());
    log.deleted(0);
    assertEquals(List.of(1L), compacted(0, 3, Map.of()), "once more");
  }

  @Test
  void aSegmentThatTakesThePlaceOfOthersCoversAllOfThemAndNothingElse() {
    stored(0, "a-0", "b-0");
    stored(2, "a-1");
    log.deleted(0);
    breaks(Rule.GAP_FREE, () -> compacted(0, 1, Map.of()));
    log.deleted(2);
    breaks(Rule.GAP_FREE, () -> compacted(2, 2, Map.of()));
  }

  @Test
  void aSegmentThatTakesThePlaceOfOthersHoldsNothingNew() {
    stored(0, "a-0", "b-0");
    log.deleted(0);
    breaks(Rule.NOTHING_INVENTED, () -> compacted(0, 2, Map.of(0L, "b-0")));
  }

  @Test
  void theLogGoesOnWithWholeSegmentsOnly() {
    breaks(Rule.GAP_FREE, () -> compacted(0, 2, Map.of(0L, "a-0")));
  }

  @Test
  void theLogStartsNeitherBehindItsEndNorBeforeItsStart() {
    stored(0, "a-0", "a-1");
    breaks(Rule.GAP_FREE, () -> log.startsAt(3));
    log.startsAt(2);
    breaks(Rule.GAP_FREE, () -> log.startsAt(1));
  }
}
