package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrandsTest {
  private final Errands errands = new Errands();

  private static List<OffsetRanges.Range> offsets(long first, long end) {
    return List.of(new OffsetRanges.Range(first, end));
  }

  @Test
  void whatIsAlikeTravelsTogether() {
    for (long offset = 0; offset < 3; offset++) {
      errands.retry(offset, Optional.of(Duration.ofSeconds(1)));
      errands.reject(10 + offset, "bad");
    }
    assertEquals(
        List.of(
            new Errands.Retry(offsets(0, 3), Optional.of(Duration.ofSeconds(1))),
            new Errands.Reject(offsets(10, 13), "bad")),
        errands.take());
    assertEquals(List.of(), errands.take());
  }

  @Test
  void theLastWordOnAMessageCounts() {
    errands.extend(1, Duration.ofSeconds(1));
    errands.extend(1, Duration.ofSeconds(2));
    assertEquals(List.of(new Errands.Extend(offsets(1, 2), Duration.ofSeconds(2))), errands.take());
    errands.extend(1, Duration.ofSeconds(1));
    errands.reject(1, "bad");
    assertEquals(List.of(new Errands.Reject(offsets(1, 2), "bad")), errands.take());
    errands.retry(1, Optional.empty());
    errands.remove(1);
    assertTrue(errands.isEmpty());
  }

  @Test
  void anOffsetIsInOneErrandAtMost() {
    SplittableRandom random = new SplittableRandom(7);
    Map<Long, String> expected = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      long offset = random.nextInt(20);
      Duration time = Duration.ofSeconds(1 + random.nextInt(3));
      switch (random.nextInt(5)) {
        case 0 -> {
          errands.release(offset);
          expected.put(offset, "release");
        }
        case 1 -> {
          errands.retry(offset, Optional.of(time));
          expected.put(offset, "retry " + time);
        }
        case 2 -> {
          errands.reject(offset, time.toString());
          expected.put(offset, "reject " + time);
        }
        case 3 -> {
          errands.extend(offset, time);
          expected.put(offset, "extend " + time);
        }
        default -> {
          errands.remove(offset);
          expected.remove(offset);
        }
      }
      if (i % 50 == 49) {
        assertEquals(expected, taken());
        expected.clear();
      }
    }
  }

  private Map<Long, String> taken() {
    Map<Long, String> taken = new HashMap<>();
    for (Errands.Errand errand : errands.take()) {
      String what = "release";
      if (errand instanceof Errands.Retry retry) {
        what = "retry " + retry.delay().orElseThrow();
      } else if (errand instanceof Errands.Reject reject) {
        what = "reject " + reject.reason();
      } else if (errand instanceof Errands.Extend extend) {
        what = "extend " + extend.time();
      }
      for (OffsetRanges.Range range : errand.ranges()) {
        for (long offset = range.first(); offset < range.end(); offset++) {
          assertEquals(null, taken.put(offset, what));
        }
      }
    }
    return taken;
  }
}
