package dev.arpeggio.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A committed segment: where it is in the log, its body while that is held in memory, and since
 * when it exists.
 */
final class Segment {
  private final SegmentName name;
  private @Nullable Body body;
  private boolean dated;
  private long committedNanos;
  private int keyless;
  private int superseded;

  /** A segment that is known by its name only. */
  Segment(SegmentName name) {
    this.name = name;
  }

  SegmentName name() {
    return name;
  }

  long first() {
    return name.first();
  }

  long end() {
    return name.end();
  }

  @Nullable Body body() {
    return body;
  }

  void load(Body loaded) {
    body = loaded;
  }

  void unload() {
    body = null;
  }

  /** Whether it was read, so that its age is known. */
  boolean isDated() {
    return dated;
  }

  /** When it was committed, on the loop's clock that never goes back. */
  long committedNanos() {
    return committedNanos;
  }

  /**
   * Its age as of now. Only the first one counts: from then on, the wall clock may jump.
   *
   * @param ageNanos less than 0 if the wall clock of who committed it was ahead
   */
  void date(long nowNanos, long ageNanos) {
    if (!dated) {
      dated = true;
      committedNanos = nowNanos - Math.max(0, ageNanos);
    }
  }

  /** As old as the youngest of those that it replaces. */
  void inheritDate(List<Segment> replaced) {
    for (Segment segment : replaced) {
      if (segment.dated && (!dated || segment.committedNanos - committedNanos > 0)) {
        dated = true;
        committedNanos = segment.committedNanos;
      }
    }
  }

  // ---- What is known of the keys of its messages, where the topic keeps the last ones of each.

  /** Messages that have no key, or one that is not tracked. */
  int keyless() {
    return keyless;
  }

  /** Messages that newer ones of their keys have superseded. */
  int superseded() {
    return superseded;
  }

  void forgetKeys() {
    keyless = 0;
    superseded = 0;
  }

  void addKeyless() {
    keyless++;
  }

  void addSuperseded() {
    superseded++;
  }
}
