package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.OffsetRanges.Range;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {
  private final OffsetRanges ranges = new OffsetRanges();

  @Test
  void neighboursBecomeOneRange() {
    ranges.add(1);
    ranges.add(3);
    ranges.add(2);
    assertEquals(List.of(new Range(1, 4)), ranges.ranges());
    assertEquals(3, ranges.size());
  }

  @Test
  void removingTheMiddleSplitsARange() {
    ranges.add(new Range(0, 10));
    ranges.remove(new Range(3, 5));
    assertEquals(List.of(new Range(0, 3), new Range(5, 10)), ranges.ranges());
    assertEquals(8, ranges.size());
  }

  @Test
  void theLowestRangesAreForgottenFirst() {
    for (int offset = 0; offset < 10; offset += 2) {
      ranges.add(offset);
    }
    ranges.keepHighest(2);
    assertEquals(List.of(new Range(6, 7), new Range(8, 9)), ranges.ranges());
    assertEquals(2, ranges.size());
  }

  @Test
  void behavesLikeASetOfOffsets() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      OffsetRanges tested = new OffsetRanges();
      TreeSet<Long> model = new TreeSet<>();
      for (int step = 0; step < 300; step++) {
        long first = random.nextLong(60);
        Range range = new Range(first, first + 1 + random.nextLong(8));
        boolean add = random.nextBoolean();
        if (add) {
          tested.add(range);
        } else {
          tested.remove(range);
        }
        for (long offset = range.first(); offset < range.end(); offset++) {
          if (add) {
            model.add(offset);
          } else {
            model.remove(offset);
          }
        }
        assertSame(model, tested, "seed " + seed + ", step " + step);
      }
    }
  }

  private static void assertSame(Set<Long> model, OffsetRanges tested, String where) {
    assertEquals(model.size(), tested.size(), where);
    long previousEnd = -1;
    for (Range range : tested.ranges()) {
      assertTrue(range.first() > previousEnd, where + ": ranges touch");
      previousEnd = range.end();
    }
    for (long offset = 0; offset < 70; offset++) {
      assertEquals(model.contains(offset), tested.contains(offset), where + ", offset " + offset);
    }
  }
}
