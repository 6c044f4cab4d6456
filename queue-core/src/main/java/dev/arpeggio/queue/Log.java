package dev.arpeggio.queue;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The committed, gap-free prefix of a partition's log, as far as it is retained. */
final class Log {
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private long firstOffset;
  private long nextOffset;
  private long retainedBytes;
  private long retainedMessages;

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

  /** Stored bytes. */
  long retainedBytes() {
    return retainedBytes;
  }

  long retainedMessages() {
    return retainedMessages;
  }

  Collection<Segment> segments() {
    return segments.values();
  }

  void add(Segment segment) {
    if (segment.first() != nextOffset) {
      throw new IllegalStateException(
          "segment " + segment.name() + " does not follow " + nextOffset);
    }
    put(segment);
    nextOffset = segment.end();
  }

  private void put(Segment segment) {
    segments.put(segment.first(), segment);
    retainedBytes += segment.name().bytes();
    retainedMessages += segment.name().count();
  }

  private void forget(Segment segment) {
    retainedBytes -= segment.name().bytes();
    retainedMessages -= segment.name().count();
  }

  /** How many messages the segments hold that begin before {@code offset}. */
  long messagesBefore(long offset) {
    return segments.headMap(offset).values().stream().mapToLong(s -> s.name().count()).sum();
  }

  /** Puts one segment in the place of those that it covers. */
  void replace(List<Segment> replaced, Segment replacement) {
    long at = replacement.first();
    for (Segment segment : replaced) {
      if (segment.first() != at || !segments.remove(at, segment)) {
        throw new IllegalStateException("segment " + segment.name() + " is not at " + at);
      }
      forget(segment);
      at = segment.end();
    }
    if (at != replacement.end()) {
      throw new IllegalStateException(replacement.name() + " replaces what ends at " + at);
    }
    put(replacement);
  }

  /** The segment that covers a retained offset. */
  Segment find(long offset) {
    var entry = segments.floorEntry(offset);
    if (entry == null || offset >= entry.getValue().end()) {
      throw new IllegalStateException(
          "offset " + offset + " is not in the log " + firstOffset + " to " + nextOffset);
    }
    return entry.getValue();
  }

  /** The segment that begins at an offset. */
  @Nullable Segment at(long offset) {
    return segments.get(offset);
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
      forget(first);
    }
  }
}
