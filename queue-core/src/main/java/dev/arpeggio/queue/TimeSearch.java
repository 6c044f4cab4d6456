package dev.arpeggio.queue;

import java.util.List;
import java.util.function.LongConsumer;

/** Finds the first message that was committed at some time or later, by halving the log. */
final class TimeSearch {
  private final Reading reading;
  private final long timeMillis;
  private final LongConsumer found;
  private List<Segment> candidates;
  private int low;
  private int high;

  /**
   * @param found gets an offset that is retained, or the log's end
   */
  TimeSearch(Reading reading, long timeMillis, LongConsumer found) {
    this.reading = reading;
    this.timeMillis = timeMillis;
    this.found = found;
    this.candidates = List.of();
  }

  void start() {
    candidates = List.copyOf(reading.log().segments());
    low = 0;
    high = candidates.size();
    step();
  }

  private void step() {
    while (low < high) {
      int middle = (low + high) >>> 1;
      Segment segment = candidates.get(middle);
      if (segment.commitTimeMillis().isEmpty()) {
        // What was deleted meanwhile may be what was looked for.
        reading.body(segment, body -> look(middle, body.commitTimeMillis()), this::start);
        return;
      }
      halve(middle, segment.commitTimeMillis().getAsLong());
    }
    long offset =
        low < candidates.size() ? candidates.get(low).first() : reading.log().nextOffset();
    found.accept(Math.max(offset, reading.log().firstOffset()));
  }

  private void look(int middle, long time) {
    halve(middle, time);
    step();
  }

  private void halve(int middle, long time) {
    if (time >= timeMillis) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
}
