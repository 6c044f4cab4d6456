package dev.arpeggio.simulator.scale;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The clock and the events of one arc. Events run in the order of their time, those of one instant
 * in the order in which they were added. Single-threaded.
 *
 * <p>Events of the near future lie unordered in buckets of about a millisecond, and are ordered
 * when the clock reaches their bucket: with millions of events waiting, adding one costs as little
 * as with ten. Those farther away than the buckets reach wait in the last one and go round again.
 */
final class BucketQueue {
  private static final int BUCKET_BITS = 20;
  private static final int BUCKETS = 1 << 16;

  private final @Nullable Event[] buckets = new Event[BUCKETS];
  private final PriorityQueue<Event> current = new PriorityQueue<>(1024);
  private long currentBucket;
  private long nowNanos;
  private long added;
  private long executed;

  long nowNanos() {
    return nowNanos;
  }

  long executed() {
    return executed;
  }

  /**
   * Plans an event.
   *
   * @throws IllegalStateException if its time has passed
   */
  void add(long nanos, Event event) {
    if (nanos < nowNanos) {
      throw new IllegalStateException("an event at " + nanos + " is planned at " + nowNanos);
    }
    event.nanos = nanos;
    event.sequence = added++;
    place(event);
  }

  /** Runs all events before a moment, and the clock to that moment. */
  void runUntil(long nanos) {
    while (true) {
      Event first = current.peek();
      if (first == null) {
        if ((currentBucket + 1) << BUCKET_BITS >= nanos) {
          break;
        }
        currentBucket++;
        open();
      } else if (first.nanos >= nanos) {
        break;
      } else {
        current.remove();
        nowNanos = first.nanos;
        executed++;
        first.run();
      }
    }
    nowNanos = nanos;
  }

  private void place(Event event) {
    long bucket = event.nanos >>> BUCKET_BITS;
    if (bucket <= currentBucket) {
      current.add(event);
    } else {
      int index = (int) (Math.min(bucket, currentBucket + BUCKETS - 1) % BUCKETS);
      event.next = buckets[index];
      buckets[index] = event;
    }
  }

  private void open() {
    int index = (int) (currentBucket % BUCKETS);
    Event event = buckets[index];
    buckets[index] = null;
    while (event != null) {
      Event next = event.next;
      event.next = null;
      place(event);
      event = next;
    }
  }
}
