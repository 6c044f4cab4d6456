package dev.arpeggio.queue;

import java.util.List;
import java.util.function.LongConsumer;

/** Finds the first message that was committed at some time or later, by halving the log. */
final class TimeSearch {
  private final Reading reading;
  private final long timeMillis;
  private final LongConsumer found;
  private List<Segment> candidates = List.of();
  private int low;
  private int high;
  // The first message of that time or later in the last segment that has one.
  private long best;

  /**
   * @param found gets an offset that is retained, or the log's end
   */
  TimeSearch(Reading reading, long timeMillis, LongConsumer found) {
    this.reading = reading;
    this.timeMillis = timeMillis;
    this.found = found;
  }

  void start() {
    candidates = List.copyOf(reading.log().segments());
    low = 0;
    high = candidates.size();
    best = reading.log().nextOffset();
    step();
  }

  private void step() {
    if (low < high) {
      int middle = (low + high) >>> 1;
      // What was deleted meanwhile may be what was looked for.
      reading.body(candidates.get(middle), body -> look(middle, body), this::start);
    } else {
      found.accept(Math.max(best, reading.log().firstOffset()));
    }
  }

  private void look(int middle, Body body) {
    if (body.commitTimeMillis() < timeMillis) {
      low = middle + 1;
    } else {
      high = middle;
      int index = 0;
      while (body.commitTimeMillis(index) < timeMillis) {
        index++;
      }
      best = body.offset(index);
    }
    step();
  }
}
