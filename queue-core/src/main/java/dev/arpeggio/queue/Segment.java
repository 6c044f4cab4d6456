package dev.arpeggio.queue;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A committed segment: where it is in the log, and its body while that is held in memory. */
final class Segment {
  private final SegmentName name;
  private @Nullable Body body;
  private int storedBytes;
  private OptionalLong commitTimeMillis = OptionalLong.empty();

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

  /** Empty as long as it was never read. */
  OptionalLong commitTimeMillis() {
    return commitTimeMillis;
  }

  @Nullable Body body() {
    return body;
  }

  void load(Body loaded) {
    body = loaded;
    storedBytes = loaded.contentBytes();
    commitTimeMillis = OptionalLong.of(loaded.commitTimeMillis());
  }

  void unload() {
    body = null;
  }
}
