package dev.arpeggio.simulator.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** That the queue keeps the one order there is, near and far. */
final class BucketQueueTest {
  private final BucketQueue queue = new BucketQueue();
  private final List<Long> ran = new ArrayList<>();

  @Test
  void eventsRunInTheOrderOfTheirTimeEvenBeyondTheReachOfTheBuckets() {
    SplittableRandom random = new SplittableRandom(1);
    long minutes = TimeUnit.MINUTES.toNanos(20);
    List<Long> planned = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      long nanos = i % 3 == 0 ? random.nextLong(1 << 22) : random.nextLong(minutes);
      planned.add(nanos);
      queue.add(nanos, event(nanos));
    }
    planned.sort(null);
    for (long end = 0; end <= minutes; end += TimeUnit.SECONDS.toNanos(7)) {
      queue.runUntil(end);
    }
    queue.runUntil(minutes);
    assertEquals(planned, ran);
    assertEquals(5000, queue.executed());
  }

  @Test
  void eventsOfOneInstantRunInTheOrderInWhichTheyWereAdded() {
    long instant = TimeUnit.SECONDS.toNanos(100);
    for (long number = 0; number < 100; number++) {
      queue.add(instant, event(number));
    }
    queue.runUntil(instant);
    assertEquals(List.of(), ran);
    queue.runUntil(instant + 1);
    for (long number = 0; number < 100; number++) {
      assertEquals(number, ran.get((int) number));
    }
  }

  @Test
  void thePastIsOver() {
    queue.runUntil(10);
    assertThrows(IllegalStateException.class, () -> queue.add(9, event(0)));
  }

  private Event event(long mark) {
    return new Event() {
      @Override
      void run() {
        ran.add(mark);
      }
    };
  }
}
