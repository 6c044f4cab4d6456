package dev.arpeggio.queue;

import org.jspecify.annotations.Nullable;

/**
 * A committed segment: where it is in the log, what decides about the order of its messages, and
 * its body while that is held in memory.
 */
final class Segment {
  private final SegmentName name;
  private @Nullable SegmentIndex index;
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

  /** Whether it was read once, so that priorities and times of its messages are known. */
  boolean isIndexed() {
    return index != null;
  }

  /** What is known of its messages. */
  SegmentIndex index() {
    var known = index;
    if (known == null) {
      throw new IllegalStateException("segment " + name + " was never read");
    }
    return known;
  }

  void indexed(SegmentIndex messages) {
    index = messages;
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
