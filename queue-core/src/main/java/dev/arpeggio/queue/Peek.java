package dev.arpeggio.queue;

import dev.arpeggio.queue.PeekedMessages.Run;
import dev.arpeggio.queue.PeekedMessages.State;
import java.util.ArrayList;
import java.util.List;

/** Looks at messages of the log, segment by segment, until it has enough. */
final class Peek {
  /** Most messages of one look. */
  static final int MAX_MESSAGES = 1_000;

  private static final int MAX_BYTES = 1 << 20;
  // Of a log in which nothing is to be seen, only so much is looked at.
  private static final int MAX_SEGMENTS = 64;

  private final Reading reading;
  private final Viewer viewer;
  private final int most;
  private final Completion<PeekedMessages> done;
  private final List<Run> runs = new ArrayList<>();
  private long at;
  private int messages;
  private int bytes;
  private int segments;

  /** For whom the messages are looked at. */
  interface Viewer {
    /** The first offset of these that is to be seen; {@code end} if there is none. */
    long firstVisible(long offset, long end);

    State stateOf(long offset);

    int failures(long offset);
  }

  Peek(Reading reading, Viewer viewer, long from, int most, Completion<PeekedMessages> done) {
    this.reading = reading;
    this.viewer = viewer;
    this.at = from;
    this.most = most;
    this.done = done;
  }

  void step() {
    Log log = reading.log();
    while (true) {
      at = Math.max(at, log.firstOffset());
      if (at >= log.nextOffset() || isEnough()) {
        done.succeeded(new PeekedMessages(runs, at));
        return;
      }
      Segment segment = log.find(at);
      at = viewer.firstVisible(at, segment.end());
      if (at < segment.end()) {
        segments++;
        reading.body(segment, body -> look(segment, body), this::step);
        return;
      }
    }
  }

  private boolean isEnough() {
    return messages >= most || bytes >= MAX_BYTES || segments >= MAX_SEGMENTS;
  }

  private void look(Segment segment, Body body) {
    while (at < segment.end() && messages < most && bytes < MAX_BYTES) {
      int index = body.indexAtOrAfter(at);
      at = index < body.count() ? body.offset(index) : segment.end();
      long visible = viewer.firstVisible(at, segment.end());
      if (visible > at) {
        at = visible;
      } else if (at < segment.end()) {
        Run run = run(segment, body, index);
        runs.add(run);
        messages += run.count();
        bytes += run.messages().remaining();
        at += run.count();
      }
    }
    step();
  }

  // What lies behind the first message and is as it is.
  private Run run(Segment segment, Body body, int index) {
    State state = viewer.stateOf(at);
    int failures = viewer.failures(at);
    long end = at + 1;
    while (end < segment.end()
        && end - at < most - messages
        && viewer.firstVisible(end, end + 1) == end
        && viewer.stateOf(end) == state
        && viewer.failures(end) == failures) {
      end++;
    }
    int count = body.fitting(index, (int) (end - at), MAX_BYTES - bytes);
    return new Run(
        at, count, state, failures, body.commitTimeMillis(index), body.slice(index, count));
  }
}
