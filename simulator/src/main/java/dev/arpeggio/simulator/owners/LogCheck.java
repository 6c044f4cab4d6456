package dev.arpeggio.simulator.owners;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log as ZooKeeper has it. What lies before the first hole is the log; what lies behind it was
 * never confirmed, and is nothing unless the hole is filled.
 */
final class LogCheck {
  private final TreeMap<Long, List<String>> segments = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final Map<String, Long> lastOfProducer = new LinkedHashMap<>();
  private final Set<String> published = new LinkedHashSet<>();
  private long start;

  /** A text, as {@code producer-sequence}, with or without padding behind a dot. */
  static String key(String text) {
    int dot = text.indexOf('.');
    return dot < 0 ? text : text.substring(0, dot);
  }

  void publish(String text) {
    published.add(text);
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

  void stored(long first, List<String> texts) {
    for (String text : texts) {
      if (!published.contains(text)) {
        throw new Breach(Rule.NOTHING_INVENTED, key(text) + " is stored and was never published");
      }
    }
    Map.Entry<Long, List<String>> before = segments.lowerEntry(first + texts.size());
    if ((before != null && before.getKey() + before.getValue().size() > first) || first < end()) {
      throw new Breach(Rule.GAP_FREE, "the segment at " + first + " overlaps what is there");
    }
    segments.put(first, texts);
    for (List<String> next = segments.get(end()); next != null; next = segments.get(end())) {
      next.forEach(this::grow);
    }
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
    List<String> texts = segments.remove(first);
    if (texts != null && first + texts.size() > start && first < end()) {
      throw new Breach(
          Rule.NOTHING_LOST,
          "the segment at " + first + " is deleted, and the log starts at " + start);
    }
  }
}
