package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log as ZooKeeper has it. What lies before the first hole is the log; what lies behind it was
 * never confirmed, and has to be gone before the log goes on: otherwise whatever fills the hole
 * makes it part of the log.
 */
final class LogCheck {
  private final TreeMap<Long, Stored> segments = new TreeMap<>();
  // Deleted in this transaction, and not replaced.
  private final TreeMap<Long, Stored> missing = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final Map<String, Long> lastOfProducer = new LinkedHashMap<>();
  private final Set<String> published = new LinkedHashSet<>();
  private final BitSet removed = new BitSet();
  private long start;

  /** A segment, which covers the offsets up to its end. */
  private record Stored(long end, SortedMap<Long, String> texts) {}

  /** A text, as {@code producer-sequence}, with or without padding behind a dot. */
  static String key(String text) {
    int dot = text.indexOf('.');
    return dot < 0 ? text : text.substring(0, dot);
  }

  void publish(String text) {
    published.add(text);
  }

  /** Whether a compaction has taken out what was at an offset of the log. */
  boolean isRemoved(long offset) {
    return removed.get((int) offset);
  }

  /** The first offset that is retained. */
  long start() {
    return start;
  }

  /** The offset after the last one before a hole. */
  long end() {
    return log.size();
  }

  /** Where a text is in the log, or was; null if it never was there. */
  @Nullable Long offset(String text) {
    return offsets.get(text);
  }

  /** What is at an offset, or was; null if nothing ever was. */
  @Nullable String text(long offset) {
    return offset < log.size() ? log.get((int) offset) : null;
  }

  /**
   * A segment is there now.
   *
   * @return offsets that have no message any more, as a compaction has taken them out
   */
  List<Long> stored(OffsetRange covered, SortedMap<Long, String> texts) {
    for (String text : texts.values()) {
      if (!published.contains(text)) {
        throw new Breach(Rule.NOTHING_INVENTED, key(text) + " is stored and was never published");
      }
    }
    Map.Entry<Long, Stored> before = segments.lowerEntry(covered.end());
    if (before != null && before.getValue().end() > covered.first()) {
      throw overlaps(covered);
    }
    List<Long> leftOut = List.of();
    if (covered.first() < end()) {
      leftOut = replace(covered, texts);
      leftOut.forEach(offset -> removed.set(offset.intValue()));
    } else if (covered.first() == end()) {
      extend(covered, texts);
    }
    segments.put(covered.first(), new Stored(covered.end(), texts));
    return leftOut;
  }

  private void extend(OffsetRange covered, SortedMap<Long, String> texts) {
    Long behind = segments.ceilingKey(covered.end());
    if (behind != null) {
      throw new Breach(
          Rule.GAP_FREE, "the log goes on at " + end() + " in front of what is at " + behind);
    }
    if (covered.count() != texts.size()) {
      throw new Breach(Rule.GAP_FREE, "the log goes on at " + end() + " with a part of a segment");
    }
    texts.values().forEach(this::grow);
  }

  private static Breach overlaps(OffsetRange covered) {
    return new Breach(
        Rule.GAP_FREE, "the segment at " + covered.first() + " overlaps what is there");
  }

  // A segment in the midst of the log takes the place of others, deleted in the same transaction.
  private List<Long> replace(OffsetRange covered, SortedMap<Long, String> texts) {
    List<Long> leftOut = new ArrayList<>();
    long at = covered.first();
    for (Stored next = missing.remove(at);
        next != null && at < covered.end();
        next = missing.remove(at)) {
      next.texts().keySet().stream().filter(old -> !texts.containsKey(old)).forEach(leftOut::add);
      at = next.end();
    }
    if (at != covered.end()) {
      throw overlaps(covered);
    }
    texts.forEach(
        (offset, text) -> {
          if (!text.equals(text(offset))) {
            throw new Breach(Rule.NOTHING_INVENTED, key(text) + " was not at " + offset);
          }
        });
    return leftOut;
  }

  private void grow(String text) {
    long offset = log.size();
    log.add(text);
    Long earlier = offsets.put(text, offset);
    String key = key(text);
    if (earlier != null) {
      throw new Breach(Rule.NO_REPEAT, key + " is at " + earlier + " and at " + offset);
    }
    int dash = key.lastIndexOf('-');
    String producer = key.substring(0, dash);
    long sequence = Long.parseLong(key.substring(dash + 1));
    Long last = lastOfProducer.put(producer, sequence);
    if (sequence != (last == null ? 0 : last + 1)) {
      throw new Breach(Rule.ORDER_KEPT, key + " follows " + producer + "-" + last + " in the log");
    }
  }

  /** The log is said to start there from now on. */
  void startsAt(long offset) {
    if (offset < start || offset > end()) {
      throw new Breach(
          Rule.GAP_FREE, "the log from " + start + " to " + end() + " starts at " + offset);
    }
    start = offset;
  }

  void deleted(long first) {
    Stored deleted = segments.remove(first);
    if (deleted != null && deleted.end() > start && first < end()) {
      missing.put(first, deleted);
    }
  }

  /** What was deleted and not replaced by now is gone. */
  void endOfTransaction() {
    if (!missing.isEmpty()) {
      throw new Breach(
          Rule.NOTHING_LOST,
          "the segment at " + missing.firstKey() + " is deleted, and the log starts at " + start);
    }
  }
}
