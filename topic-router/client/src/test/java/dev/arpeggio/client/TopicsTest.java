package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a pattern stands for. */
class TopicsTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, orders.eu, false",
    "orders.*, orders, false",
    "orders.*, orders.eu, true",
    "orders.*, orders.eu.late, false",
    "orders.*, ordersXeu, false",
    "orders.*, orders., false",
    "orders.**, orders.eu.late, true",
    "orders.**, orders.eu, true",
    "orders.**, orders, false",
    "*.late, eu.late, true",
    "*.late, late, false",
    "*.*.late, a.b.late, true",
    "a.*.c, a.b.c, true",
    "a.*.c, a.b.d, false",
    "*, anything, true",
    "*, two.parts, false",
    "**, two.parts, true",
    "a-b_c.*, a-b_c.d, true",
  })
  void partsAreMatchedWhole(String pattern, String topic, boolean expected) {
    assertEquals(expected, Topics.matching(pattern).include(topic, false));
  }

  @ParameterizedTest
  @CsvSource({
    "orders.*, orders.dead, false",
    "orders.**, orders.eu.dead, false",
    "*.dead, orders.dead, true",
    "orders.dead, orders.dead, true",
    "**, graves, false",
    "graves, graves, true",
    "**, alive, false",
  })
  void aWildcardAtTheEndStandsForNoDeadLetters(String pattern, String topic, boolean expected) {
    assertEquals(expected, Topics.matching(pattern).include(topic, true));
    if (topic.endsWith(".dead")) {
      assertEquals(expected, Topics.matching(pattern).include(topic, false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.*b", "a*", "**.a", "a.***", "a/b", "a b", "ä", "*a.b"})
  void whatIsNeitherANameNorAPatternIsRefused(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> Topics.matching(pattern));
  }

  @Test
  void oneOfSeveralIsEnough() {
    Topics topics = Topics.matching("a.*", "b");
    assertTrue(topics.include("b", false));
    assertTrue(topics.include("a.x", false));
    assertFalse(topics.include("c", false));
    assertEquals("a.*,b", topics.toString());
  }

  @Test
  void boundsAreChecked() {
    assertThrows(IllegalArgumentException.class, Topics::matching);
    assertThrows(IllegalArgumentException.class, () -> Topics.matching("a".repeat(250)));
    assertThrows(
        IllegalArgumentException.class, () -> Topics.matching("a").lookingEvery(Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () -> Topics.matching("a").lookingEvery(Duration.ofDays(2)));
    assertTrue(Topics.isPattern("a.*"));
    assertFalse(Topics.isPattern("a.b"));
  }
}
