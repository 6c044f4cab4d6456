package dev.arpeggio.queue;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which segments hold messages of which priority, so that urgent ones are found however deep the
 * backlog is; and up to where that is known. After a takeover, it becomes known as segments are
 * read, in any order; nothing is delivered from beyond one that is not read yet.
 */
final class LogIndex {
  private final Log log;
  private final Agenda agenda;
  private final Listener listener;
  private final long expireAfterMillis;
  // Priority, highest first -> first offset -> segment; without priority 0, which is looked for in
  // every segment.
  private final TreeMap<Integer, TreeMap<Long, Segment>> byPriority =
      new TreeMap<>(Comparator.reverseOrder());
  private long end;

  /** Hears of messages that are not there any more. */
  interface Listener {
    /** A compaction has deleted these. */
    void forget(long first, long end);
  }

  /**
   * @param expireAfterMillis time to live of messages that do not say it themselves; 0: for ever
   */
  LogIndex(Log log, Agenda agenda, Listener listener, long expireAfterMillis) {
    this.log = log;
    this.agenda = agenda;
    this.listener = listener;
    this.expireAfterMillis = expireAfterMillis;
    this.end = log.firstOffset();
  }

  /** What happens to messages by the mere passing of time. */
  Agenda agenda() {
    return agenda;
  }

  /** Everything retained before is known. */
  long end() {
    return end;
  }

  /** Has the next segment read that is not known, if there is one: somebody waits for it. */
  void hurry(BodyMemory memory) {
    if (end < log.nextOffset()) {
      memory.request(log.find(end), 0);
    }
  }

  /** The priorities above 0 that occur, highest first. */
  NavigableSet<Integer> priorities() {
    return Collections.unmodifiableNavigableSet(byPriority.navigableKeySet());
  }

  /** Takes note of a segment's messages; only the first time counts. */
  void add(Segment segment, Body body) {
    if (segment.isIndexed()) {
      return;
    }
    var index = SegmentIndex.of(body, (int) (segment.end() - segment.first()), expireAfterMillis);
    segment.indexed(index);
    for (int priority : index.priorities()) {
      if (priority > 0) {
        byPriority.computeIfAbsent(priority, any -> new TreeMap<>()).put(segment.first(), segment);
      }
    }
    agenda.add(segment);
    extend();
    index.forEachGap(
        (first, end) -> listener.forget(segment.first() + first, segment.first() + end));
  }

  private void extend() {
    while (end < log.nextOffset()) {
      Segment next = log.find(end);
      if (!next.isIndexed()) {
        break;
      }
      end = next.end();
    }
  }

  /** The first segment with messages of that priority that ends after an offset. */
  @Nullable Segment next(int priority, long offset) {
    if (priority == 0) {
      return offset < log.nextOffset() ? log.find(offset) : null;
    }
    var segments = byPriority.get(priority);
    if (segments == null) {
      return null;
    }
    var holder = segments.floorEntry(offset);
    if (holder == null || holder.getValue().end() <= offset) {
      holder = segments.higherEntry(offset);
    }
    return holder == null ? null : holder.getValue();
  }

  /** Forgets segments that others have replaced. */
  void forget(List<Segment> replaced) {
    for (Segment segment : replaced) {
      byPriority.values().forEach(segments -> segments.remove(segment.first(), segment));
    }
    byPriority.values().removeIf(TreeMap::isEmpty);
    agenda.forget(replaced::contains);
  }

  /** Forgets everything before an offset. */
  void trim(long offset) {
    agenda.trim(offset);
    if (end < offset) {
      end = offset;
      extend();
    }
    byPriority.values().forEach(segments -> segments.headMap(offset).clear());
    byPriority.values().removeIf(TreeMap::isEmpty);
  }
}
