package dev.arpeggio.simulator.scale;

/** Something that is going to happen in an arc; in at most one queue at a time. */
abstract class Event {
  /** When, and in which order among those of one instant; both set by the queue. */
  long nanos;

  long sequence;

  abstract void run();
}
