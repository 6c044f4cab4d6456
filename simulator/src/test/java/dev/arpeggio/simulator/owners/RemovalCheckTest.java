package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.TopicConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RemovalCheckTest {
  private static final long COMMITTED = 5_000;

  private final Book book = new Book(Duration.ofSeconds(10));

  private RemovalCheck of(TopicConfig.Builder topic, int... keys) {
    for (int offset = 0; offset < keys.length; offset++) {
      var sample = new Sample("p0-" + offset, keys[offset], 0, 0, 0, "");
      book.stored(offset, sample, COMMITTED);
    }
    return new RemovalCheck(topic.build().retention(), book);
  }

  @Test
  void whatIsAcknowledgedMayGoWhereNothingIsRetained() {
    assertFalse(of(TopicConfig.builder(), 1).gone(0, COMMITTED), "and nothing else");
  }

  @Test
  void whatIsRetainedForATimeStaysForIt() {
    var check = of(TopicConfig.builder().retain(Duration.ofSeconds(2)), 0);
    breaks(Rule.RETAINED, () -> check.gone(0, COMMITTED + 1_999));
    assertFalse(check.gone(0, COMMITTED + 2_000));
  }

  @Test
  void theLastOnesOfAKeyStayAndOthersGoWhoeverWantsThem() {
    var check = of(TopicConfig.builder().keepLastPerKey(2), 1, 1, 2, 1, 0);
    assertTrue(check.gone(0, COMMITTED));
    breaks(Rule.RETAINED, () -> check.gone(1, COMMITTED));
    breaks(Rule.RETAINED, () -> check.gone(2, COMMITTED));
    assertFalse(check.gone(4, COMMITTED), "without a key, only what is acknowledged");
  }

  @Test
  void theOwnerActsForConsumersOnlyOnWhatHasExpiredOrIsSuperseded() {
    var check = of(TopicConfig.builder().keepLastPerKey(1), 1, 1, 0);
    assertTrue(check.needsNobody(0, COMMITTED));
    assertFalse(check.needsNobody(1, COMMITTED + 9_999));
    assertTrue(check.needsNobody(1, COMMITTED + 10_000));
    assertFalse(check.needsEverybody(2));
  }
}
