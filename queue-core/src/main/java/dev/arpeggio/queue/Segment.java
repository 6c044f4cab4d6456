package dev.arpeggio.queue;

import org.jspecify.annotations.Nullable;

/** A committed segment: where it is in the log, and its body while that is held in memory. */
final class Segment {
  private final SegmentName name;
  private @Nullable Body body;
  private int storedBytes;

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

  /** 0 as long as it was never read. */
  int storedBytes() {
    return storedBytes;
  }

  @Nullable Body body() {
    return body;
  }

  void load(Body loaded) {
    body = loaded;
    storedBytes = loaded.contentBytes();
  }

  void unload() {
    body = null;
  }
}
