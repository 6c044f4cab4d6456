package dev.arpeggio.simulator.scale;

import java.util.Arrays;

/**
 * Events in order: by their time, then by their sequence. A binary heap that keeps the times beside
 * each other, because reading them from the events would mean a walk all over the memory.
 * Single-threaded.
 */
final class EventHeap {
  private long[] times = new long[1024];
  private Event[] events = new Event[1024];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** The time of the first event; there must be one. */
  long firstNanos() {
    return times[0];
  }

  void add(Event event) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      events = Arrays.copyOf(events, 2 * size);
    }
    long nanos = event.nanos;
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      if (!isBefore(nanos, event, parent)) {
        break;
      }
      times[hole] = times[parent];
      events[hole] = events[parent];
      hole = parent;
    }
    times[hole] = nanos;
    events[hole] = event;
  }

  /** Takes the first event out; there must be one. */
  Event removeFirst() {
    Event first = events[0];
    size--;
    Event last = events[size];
    long nanos = times[size];
    int hole = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && isBefore(times[child + 1], events[child + 1], child)) {
        child++;
      }
      if (isBefore(nanos, last, child)) {
        break;
      }
      times[hole] = times[child];
      events[hole] = events[child];
      hole = child;
      child = 2 * hole + 1;
    }
    times[hole] = nanos;
    events[hole] = last;
    return first;
  }

  private boolean isBefore(long nanos, Event event, int place) {
    return nanos < times[place]
        || (nanos == times[place] && event.sequence < events[place].sequence);
  }
}
