package dev.arpeggio.simulator.scale;

import org.jspecify.annotations.Nullable;

/** Something that is going to happen in an arc; in at most one queue at a time. */
abstract class Event implements Comparable<Event> {
  /** When, and in which order among those of one instant; both set by the queue. */
  long nanos;

  long sequence;

  /** The next one in the same bucket of a queue. */
  @Nullable Event next;

  abstract void run();

  @Override
  public final int compareTo(Event other) {
    int byTime = Long.compare(nanos, other.nanos);
    return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
  }
}
