package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.queue.Redeliveries.Redelivery;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Messages that wait for their time. */
class WaitingTest {
  @Test
  void messagesAreRipeInTheOrderOfTheirTimes() {
    long origin = Long.MAX_VALUE - new Random(1).nextInt(5);
    var waiting = new Waiting(origin);
    waiting.add(new Redelivery(0, 2, 1), origin + 30);
    waiting.add(new Redelivery(2, 3, 1), origin + 10);
    waiting.add(new Redelivery(7, 9, 4), origin + 20);

    assertEquals(origin + 10, waiting.firstReadyAtNanos());
    assertEquals(List.of(), waiting.ripe(origin + 9));
    assertEquals(
        List.of(new Redelivery(2, 3, 1), new Redelivery(7, 9, 4)), waiting.ripe(origin + 20));
    assertEquals(2, waiting.size());
    assertEquals(List.of(new Redelivery(0, 2, 1)), waiting.ripe(origin + 30));
    assertNull(waiting.firstReadyAtNanos());
  }

  @Test
  void messagesDoNotComeBackTwice() {
    var waiting = new Waiting(0);
    waiting.add(new Redelivery(5, 8, 1), 10);
    assertThrows(IllegalStateException.class, () -> waiting.add(new Redelivery(7, 9, 1), 20));
  }

  @Test
  void partsAreTakenOutAsFromAPlainMap() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var waiting = new Waiting(0);
      var expected = new TreeMap<Long, Long>();
      for (int step = 0; step < 100; step++) {
        long first = random.nextInt(60);
        long end = first + 1 + random.nextInt(6);
        if (random.nextBoolean()) {
          if (expected.subMap(first, end).isEmpty()) {
            long time = random.nextInt(100);
            waiting.add(new Redelivery(first, end, 1), time);
            LongStream.range(first, end).forEach(offset -> expected.put(offset, time));
          }
        } else if (random.nextInt(4) > 0) {
          var removed = offsets(waiting.remove(first, end));
          assertEquals(List.copyOf(expected.subMap(first, end).keySet()), removed, "seed " + seed);
          expected.subMap(first, end).clear();
        } else {
          long now = random.nextInt(100);
          var ripe = offsets(waiting.ripe(now)).stream().sorted().toList();
          assertEquals(
              expected.keySet().stream().filter(o -> expected.getOrDefault(o, 0L) <= now).toList(),
              ripe);
          expected.values().removeIf(time -> time <= now);
        }
        assertEquals(expected.size(), waiting.size());
        assertEquals(List.copyOf(expected.keySet()), offsets(waiting.toList()), "seed " + seed);
      }
    }
  }

  private static List<Long> offsets(List<Redelivery> ranges) {
    return ranges.stream()
        .flatMap(range -> LongStream.range(range.first(), range.end()).boxed())
        .toList();
  }
}
