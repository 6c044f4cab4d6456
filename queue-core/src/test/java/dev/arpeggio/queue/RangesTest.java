package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The range structures against sets of single offsets. */
class RangesTest {
  private static final int SPACE = 60;

  @Test
  void aRangeSetIsTheSetOfItsOffsets() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var ranges = new RangeSet();
      var model = new TreeSet<Long>();
      for (int step = 0; step < 60; step++) {
        long first = random.nextInt(SPACE);
        long end = first + 1 + random.nextInt(8);
        if (random.nextInt(4) == 0) {
          ranges.remove(first, end);
          model.subSet(first, end).clear();
        } else if (random.nextInt(8) == 0) {
          ranges.removeBelow(first);
          model.headSet(first).clear();
        } else {
          int before = model.size();
          for (long offset = first; offset < end; offset++) {
            model.add(offset);
          }
          assertEquals(model.size() - before, ranges.add(first, end), "seed " + seed);
        }
        compare(ranges, model, "seed " + seed);
      }
    }
  }

  private static void compare(RangeSet ranges, NavigableSet<Long> model, String seed) {
    assertEquals(model.size(), ranges.size(), seed);
    var listed = new TreeSet<Long>();
    long previousEnd = -1;
    for (OffsetRange range : ranges.toList()) {
      assertEquals(true, range.first() > previousEnd, seed + ": ranges touch");
      previousEnd = range.end();
      for (long offset = range.first(); offset < range.end(); offset++) {
        listed.add(offset);
      }
    }
    assertEquals(model, listed, seed);
    for (long offset = 0; offset < SPACE + 10; offset++) {
      long missing = offset;
      while (model.contains(missing)) {
        missing++;
      }
      assertEquals(missing, ranges.firstMissing(offset), seed);
      Long present = model.ceiling(offset);
      long end = offset + 7;
      assertEquals(
          present == null || present > end ? end : present, ranges.firstPresent(offset, end), seed);
    }
  }

  @Test
  void redeliveriesKeepEachOffsetsCount() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var redeliveries = new Redeliveries();
      var model = new TreeMap<Long, Integer>();
      for (int step = 0; step < 60; step++) {
        long first = random.nextInt(SPACE);
        long end = first + 1 + random.nextInt(8);
        if (random.nextBoolean() && model.subMap(first, end).isEmpty()) {
          int count = 1 + random.nextInt(2);
          redeliveries.add(new Redeliveries.Redelivery(first, end, count));
          for (long offset = first; offset < end; offset++) {
            model.put(offset, count);
          }
        } else {
          redeliveries.remove(first, end);
          model.subMap(first, end).clear();
        }
        var listed = new TreeMap<Long, Integer>();
        for (var range : redeliveries.toList()) {
          for (long offset = range.first(); offset < range.end(); offset++) {
            listed.put(offset, range.count());
          }
        }
        assertEquals(model, listed, "seed " + seed);
        Long present = model.ceilingKey(first);
        assertEquals(
            present == null || present > end ? end : present,
            redeliveries.firstPresent(first, end),
            "seed " + seed);
      }
    }
  }

  @Test
  void leasesKnowWhoHoldsWhatAndUntilWhen() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var leases = new Leases();
      var holders = List.of(new Leases.Holder(), new Leases.Holder());
      // Offset -> holder, and deadline.
      var heldBy = new TreeMap<Long, Integer>();
      var until = new TreeMap<Long, Long>();
      for (long now = 0; now < 80; now++) {
        long first = random.nextInt(SPACE);
        long end = first + 1 + random.nextInt(8);
        int holder = random.nextInt(2);
        var expected = new TreeSet<Long>();
        List<Redeliveries.Redelivery> ended;
        switch (random.nextInt(8)) {
          case 4, 5 -> {
            ended = List.of();
            long deadline = now + random.nextInt(25);
            long held = 0;
            for (var entry : heldBy.subMap(first, end).entrySet()) {
              if (entry.getValue() == holder) {
                held++;
                until.merge(entry.getKey(), deadline, Math::max);
              }
            }
            assertEquals(
                held, leases.extend(holders.get(holder), first, end, deadline), "seed " + seed);
          }
          case 0 -> {
            expected.addAll(heldBy.subMap(first, end).keySet());
            ended = leases.end(first, end);
          }
          case 1 -> {
            heldBy
                .subMap(first, end)
                .forEach((offset, by) -> addIf(expected, offset, by == holder));
            ended = leases.endOf(holders.get(holder), List.of(new OffsetRange(first, end - first)));
          }
          case 2 -> {
            long time = now;
            until.forEach((offset, deadline) -> addIf(expected, offset, deadline <= time));
            ended = leases.expire(now);
          }
          case 3 -> {
            heldBy.forEach((offset, by) -> addIf(expected, offset, by == holder));
            ended = random.nextInt(4) == 0 ? leases.endAll(holders.get(holder)) : List.of();
            if (ended.isEmpty()) {
              expected.clear();
            }
          }
          default -> {
            ended = List.of();
            if (heldBy.subMap(first, end).isEmpty()) {
              long deadline = now + random.nextInt(15);
              leases.grant(holders.get(holder), first, end, deadline, 0);
              for (long offset = first; offset < end; offset++) {
                heldBy.put(offset, holder);
                until.put(offset, deadline);
              }
            }
          }
        }
        var offsets = new TreeSet<Long>();
        for (var range : ended) {
          assertEquals(1, range.count());
          for (long offset = range.first(); offset < range.end(); offset++) {
            offsets.add(offset);
          }
        }
        assertEquals(expected, offsets, "seed " + seed);
        heldBy.keySet().removeAll(expected);
        until.keySet().removeAll(expected);
        assertEquals(heldBy.size(), leases.size(), "seed " + seed);
        Long firstDeadline = until.values().stream().min(Long::compare).orElse(null);
        assertEquals(firstDeadline, leases.firstDeadlineNanos(), "seed " + seed);
      }
    }
  }

  private static void addIf(Set<Long> set, long offset, boolean condition) {
    if (condition) {
      set.add(offset);
    }
  }

  @Test
  void nothingIsLeasedTwice() {
    var leases = new Leases();
    leases.grant(new Leases.Holder(), 0, 5, 10, 0);
    assertThrows(IllegalStateException.class, () -> leases.grant(new Leases.Holder(), 4, 6, 10, 0));
  }
}
