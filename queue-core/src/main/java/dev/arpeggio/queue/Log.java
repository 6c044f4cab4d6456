package dev.arpeggio.queue;

import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The committed, gap-free prefix of a partition's log, as far as it is retained. */
final class Log {
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private long firstOffset;
  private long nextOffset;
  private long retainedBytes;

  /** An empty log that goes on at {@code offset}. */
  Log(long offset) {
    firstOffset = offset;
    nextOffset = offset;
  }

  long firstOffset() {
    return firstOffset;
  }

  long nextOffset() {
    return nextOffset;
  }

  long retainedBytes() {
    return retainedBytes;
  }

  Collection<Segment> segments() {
    return segments.values();
  }

  void add(Segment segment) {
    if (segment.first() != nextOffset) {
      throw new IllegalStateException(
          "segment " + segment.name() + " does not follow " + nextOffset);
    }
    segments.put(segment.first(), segment);
    nextOffset = segment.end();
    retainedBytes += segment.storedBytes();
  }

  /** Takes note of a body that was read. */
  void load(Segment segment, Body body) {
    retainedBytes -= segment.storedBytes();
    segment.load(body);
    retainedBytes += segment.storedBytes();
  }

  /** The segment that holds a retained offset. */
  Segment find(long offset) {
    var entry = segments.floorEntry(offset);
    if (entry == null || offset >= entry.getValue().end()) {
      throw new IllegalStateException(
          "offset " + offset + " is not in the log " + firstOffset + " to " + nextOffset);
    }
    return entry.getValue();
  }

  @Nullable Segment following(Segment segment) {
    return segments.get(segment.end());
  }

  boolean contains(Segment segment) {
    return segments.get(segment.first()) == segment;
  }

  /** Forgets everything before {@code offset}, which starts a segment or is the end of the log. */
  void trim(long offset) {
    while (firstOffset < offset) {
      Segment first = segments.remove(firstOffset);
      if (first == null || first.end() > offset) {
        throw new IllegalStateException(
            "cannot trim the log from " + firstOffset + " to " + offset);
      }
      firstOffset = first.end();
      retainedBytes -= first.storedBytes();
    }
  }
}
