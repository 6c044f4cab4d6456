package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages that were taken out of a backlog back to where they are delivered from, at once or
 * when their time has come. Those that have expired meanwhile are not delivered any more.
 */
final class Comebacks {
  private final Home home;
  private final Lanes lanes;
  private final Waiting waiting;
  private final Lane.Gone gone;
  private final Backlog.@Nullable Kept kept;
  private final Backlog.Events events;
  private final Alarm ripening;

  /**
   * @param gone what is in no lane
   */
  Comebacks(
      Home home,
      Lanes lanes,
      Waiting waiting,
      Lane.Gone gone,
      Backlog.@Nullable Kept kept,
      Backlog.Events events) {
    this.home = home;
    this.lanes = lanes;
    this.waiting = waiting;
    this.gone = gone;
    this.kept = kept;
    this.events = events;
    this.ripening =
        new Alarm(
            home.loop(),
            () -> {
              ripen();
              events.ready();
            });
  }

  /** These messages are to be delivered again. */
  void comeBack(List<Redeliveries.Redelivery> returned) {
    tellKept(returned);
    putBack(returned);
  }

  /** These messages are to be delivered again, not before that time by the loop's clock. */
  void comeBack(List<Redeliveries.Redelivery> returned, long readyAtNanos) {
    if (readyAtNanos - home.loop().nanoTime() <= 0) {
      comeBack(returned);
      return;
    }
    tellKept(returned);
    returned.forEach(range -> waiting.add(range, readyAtNanos));
    ripening.setTo(waiting.firstReadyAtNanos());
  }

  /** Those of these messages that are not gone may be delivered. */
  void add(Redeliveries.Redelivery range) {
    long end = Math.min(range.end(), home.log().nextOffset());
    for (long at = gone.firstLeft(range.first()); at < end; ) {
      long until = gone.firstGone(at, end);
      lanes.add(range.part(at, until));
      at = gone.firstLeft(until);
    }
  }

  /** Waits for nothing any more. */
  void stop() {
    ripening.cancel();
  }

  private void tellKept(List<Redeliveries.Redelivery> returned) {
    if (kept != null) {
      returned.forEach(range -> kept.cameBack(range.first(), range.end()));
    }
  }

  private void ripen() {
    putBack(waiting.ripe(home.loop().nanoTime()));
    ripening.setTo(waiting.firstReadyAtNanos());
  }

  private void putBack(List<Redeliveries.Redelivery> returned) {
    var expired = new ArrayList<OffsetRange>();
    for (var range : returned) {
      for (long at = range.first(); at < range.end(); ) {
        Segment segment = home.log().find(at);
        long end = Math.min(range.end(), segment.end());
        at = putBack(segment, range.part(at, end), expired);
      }
    }
    if (!expired.isEmpty()) {
      events.expired(expired);
    }
  }

  private long putBack(Segment segment, Redeliveries.Redelivery range, List<OffsetRange> expired) {
    if (!segment.isIndexed()) {
      add(range);
      return range.end();
    }
    SegmentIndex index = segment.index();
    int position = (int) (range.first() - segment.first());
    long end = Math.min(range.end(), segment.first() + index.expiryRunEnd(position));
    if (index.expiryMillis(position) <= home.index().agenda().nowMillis()) {
      expired.add(new OffsetRange(range.first(), end - range.first()));
    } else {
      add(range.part(range.first(), end));
    }
    return end;
  }
}
