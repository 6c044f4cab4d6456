package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log after a takeover: first the segments that the stored table of producers does not
 * know yet, and then, from the front, the others: whatever the memory holds of their bodies,
 * priorities, times and ages of all messages have to be known.
 *
 * <p>Deliveries do not wait for it; they have what they need next read themselves.
 */
final class Scan {
  private final SegmentReader reader;
  private final ProducerTable producers;
  private final BodyMemory memory;
  private final @Nullable Arbiter arbiter;
  private final Events events;

  /** How far the scan has come. */
  interface Events {
    /** A body was read and is in memory. */
    void loaded(Segment segment, Body body);

    /** All repeats are recognised from now on. */
    void producersKnown();

    /** Everything was read. */
    void finished();
  }

  Scan(
      SegmentReader reader,
      ProducerTable producers,
      BodyMemory memory,
      @Nullable Arbiter arbiter,
      Events events) {
    this.reader = reader;
    this.producers = producers;
    this.memory = memory;
    this.arbiter = arbiter;
    this.events = events;
  }

  /**
   * @param knownTo what the segments before this offset say about producers is known
   */
  void start(Log log, long knownTo) {
    var head = new ArrayList<Segment>();
    var tail = new ArrayList<Segment>();
    log.segments().forEach(segment -> (segment.end() <= knownTo ? head : tail).add(segment));
    FanOut.forEach(
        tail,
        (segment, next) -> read(segment, true, next),
        () -> {
          events.producersKnown();
          readHead(head);
        });
  }

  private void readHead(List<Segment> head) {
    FanOut.forEach(head, (segment, next) -> read(segment, false, next), events::finished);
  }

  private void read(Segment segment, boolean withProducers, Runnable next) {
    reader.read(
        segment,
        new SegmentReader.Reader() {
          @Override
          public void read(SegmentCodec.Decoded decoded) {
            if (withProducers && arbiter != null) {
              arbiter.replay(decoded);
            }
            if (withProducers) {
              producers.apply(segment.first(), decoded.entries());
            }
            memory.offer(segment, decoded.body());
            events.loaded(segment, decoded.body());
            memory.enforceBudget();
            next.run();
          }

          @Override
          public void gone() {
            if (withProducers) {
              throw new IllegalStateException("segment " + segment.name() + " was deleted unread");
            }
            next.run();
          }
        });
  }
}
