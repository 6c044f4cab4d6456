package dev.arpeggio.simulator;

import java.util.PriorityQueue;

/**
 * The clock and the one event queue of a simulation. Events run in the order of their time, those
 * of one instant in the order in which they were scheduled. Single-threaded.
 */
public final class VirtualTime {
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final Fingerprint fingerprint = new Fingerprint();
  private long nowNanos;
  private long scheduled;
  private long executed;

  public long nowNanos() {
    return nowNanos;
  }

  /** Events run so far. */
  public long executed() {
    return executed;
  }

  /** Hash over time, number, kind, node and payload of all events run so far. */
  public long fingerprint() {
    return fingerprint.value();
  }

  /**
   * Plans an event.
   *
   * @param delayNanos from now; negative counts as 0
   * @param kind for the fingerprint
   * @param node the number of the node concerned, for the fingerprint
   * @param payload a hash of what the event carries, for the fingerprint
   */
  public Event schedule(long delayNanos, EventKind kind, int node, long payload, Runnable action) {
    Event event =
        new Event(nowNanos + Math.max(0, delayNanos), scheduled++, kind, node, payload, action);
    queue.add(event);
    return event;
  }

  /** Runs all events up to a moment, and the clock to that moment. */
  public void runUntil(long nanos) {
    while (!queue.isEmpty() && queue.peek().nanos <= nanos) {
      step(queue.remove());
    }
    nowNanos = Math.max(nowNanos, nanos);
  }

  private void step(Event event) {
    if (event.cancelled) {
      return;
    }
    if (event.nanos < nowNanos) {
      throw new IllegalStateException("time went back from " + nowNanos + " to " + event.nanos);
    }
    nowNanos = event.nanos;
    executed++;
    fingerprint.add(event.nanos);
    fingerprint.add(event.sequence);
    fingerprint.add(event.kind.name().hashCode());
    fingerprint.add(event.node);
    fingerprint.add(event.payload);
    event.action.run();
  }

  /** Something that is going to happen. */
  public static final class Event implements Comparable<Event> {
    private final long nanos;
    private final long sequence;
    private final EventKind kind;
    private final int node;
    private final long payload;
    private final Runnable action;
    private boolean cancelled;

    private Event(
        long nanos, long sequence, EventKind kind, int node, long payload, Runnable action) {
      this.nanos = nanos;
      this.sequence = sequence;
      this.kind = kind;
      this.node = node;
      this.payload = payload;
      this.action = action;
    }

    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(nanos, other.nanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
