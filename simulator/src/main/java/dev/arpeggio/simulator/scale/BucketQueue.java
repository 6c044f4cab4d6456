package dev.arpeggio.simulator.scale;

import dev.arpeggio.simulator.Fingerprint;
import java.util.Arrays;

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

  private final Event[][] buckets = new Event[BUCKETS][];
  private final int[] sizes = new int[BUCKETS];
  private final EventHeap current = new EventHeap();
  private final Fingerprint fingerprint = new Fingerprint();
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

  /** Of the times and the sequence of all events so far, and whatever else is added. */
  Fingerprint fingerprint() {
    return fingerprint;
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
      if (current.isEmpty()) {
        if ((currentBucket + 1) << BUCKET_BITS >= nanos) {
          break;
        }
        currentBucket++;
        open();
      } else if (current.firstNanos() >= nanos) {
        break;
      } else {
        Event first = current.removeFirst();
        nowNanos = first.nanos;
        executed++;
        fingerprint.add(first.nanos);
        fingerprint.add(first.sequence);
        first.run();
      }
    }
    nowNanos = nanos;
  }

  private void place(Event event) {
    long bucket = event.nanos >>> BUCKET_BITS;
    if (bucket <= currentBucket) {
      current.add(event);
      return;
    }
    int index = (int) (Math.min(bucket, currentBucket + BUCKETS - 1) % BUCKETS);
    Event[] events = buckets[index];
    int size = sizes[index];
    if (events == null) {
      events = new Event[16];
      buckets[index] = events;
    } else if (size == events.length) {
      events = Arrays.copyOf(events, 2 * size);
      buckets[index] = events;
    }
    events[size] = event;
    sizes[index] = size + 1;
  }

  private void open() {
    int index = (int) (currentBucket % BUCKETS);
    Event[] events = buckets[index];
    int size = sizes[index];
    buckets[index] = null;
    sizes[index] = 0;
    for (int i = 0; i < size; i++) {
      place(events[i]);
    }
  }
}
