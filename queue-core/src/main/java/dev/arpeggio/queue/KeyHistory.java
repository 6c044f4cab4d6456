package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of each key, for topics that keep so many of them: which messages newer ones of
 * their key have superseded.
 *
 * <p>Bounded: keys that would exceed the bound are not tracked, and their messages are treated like
 * those without a key. Says that a message is superseded only if it knows so many newer ones; what
 * it does not know, it leaves in the log.
 */
final class KeyHistory {
  private static final long MAX_COST_BYTES = 32L << 20;
  private static final int KEY_COST_BYTES = 128;

  private final int last;
  private final Log log;
  private final long maxCostBytes;
  private final Map<ByteBuffer, Window> windows = new LinkedHashMap<>();
  private long costBytes;
  private long untracked;

  /** The offsets of a key's last messages, ascending. */
  private static final class Window {
    private long[] offsets = new long[1];
    private int size;

    /** How many bytes more it takes with one offset more. */
    int growth(int last) {
      boolean grows = size == offsets.length && size < last;
      return grows ? Long.BYTES * (Math.min(last, 2 * size) - size) : 0;
    }

    /** Puts an offset in its place; the one that has to go for it, or -1. */
    long add(long offset, int last) {
      int at = Arrays.binarySearch(offsets, 0, size, offset);
      if (at >= 0) {
        return -1;
      }
      int place = -at - 1;
      if (size < last) {
        offsets = Arrays.copyOf(offsets, offsets.length + growth(last) / Long.BYTES);
        System.arraycopy(offsets, place, offsets, place + 1, size - place);
        offsets[place] = offset;
        size++;
        return -1;
      }
      if (place == 0) {
        return offset;
      }
      long gone = offsets[0];
      System.arraycopy(offsets, 1, offsets, 0, place - 1);
      offsets[place - 1] = offset;
      return gone;
    }
  }

  /**
   * @param last how many messages of each key are kept, at least 1
   */
  KeyHistory(int last, Log log) {
    this(last, log, MAX_COST_BYTES);
  }

  KeyHistory(int last, Log log, long maxCostBytes) {
    this.last = last;
    this.log = log;
    this.maxCostBytes = maxCostBytes;
  }

  /** How many messages were added whose key is not tracked. */
  long untracked() {
    return untracked;
  }

  /** Takes note of a segment's messages; again, when a compaction has written it anew. */
  void add(Segment segment, Body body) {
    segment.forgetKeys();
    for (int i = 0; i < body.count(); i++) {
      ByteBuffer key = MessageKeys.key(body.slice(i, 1));
      if (key == null || !add(key, body.offset(i))) {
        segment.addKeyless();
      }
    }
  }

  private boolean add(ByteBuffer key, long offset) {
    Window window = windows.get(key);
    int growth = window == null ? cost(key) : window.growth(last);
    if (costBytes + growth > maxCostBytes) {
      forgetDeleted();
      window = windows.get(key);
      growth = window == null ? cost(key) : window.growth(last);
    }
    if (costBytes + growth > maxCostBytes) {
      untracked++;
      if (window != null) {
        windows.remove(key);
        costBytes -= cost(key, window);
      }
      return false;
    }
    if (window == null) {
      window = new Window();
      windows.put(key, window);
    }
    costBytes += growth;
    long gone = window.add(offset, last);
    if (gone >= log.firstOffset() && gone < log.nextOffset()) {
      log.find(gone).addSuperseded();
    }
    return true;
  }

  private static int cost(ByteBuffer key) {
    return KEY_COST_BYTES + key.remaining();
  }

  private static long cost(ByteBuffer key, Window window) {
    return cost(key) + (long) Long.BYTES * (window.offsets.length - 1);
  }

  // Keys of which everything was deleted.
  private void forgetDeleted() {
    windows
        .entrySet()
        .removeIf(
            entry -> {
              Window window = entry.getValue();
              boolean deleted = window.offsets[window.size - 1] < log.firstOffset();
              if (deleted) {
                costBytes -= cost(entry.getKey(), window);
              }
              return deleted;
            });
  }

  /** Whether the key is tracked, so that its last messages are kept. */
  boolean isTracked(@Nullable ByteBuffer key) {
    return key != null && windows.containsKey(key);
  }

  /** Whether as many newer messages of the key are stored as are to be kept. */
  boolean isSuperseded(ByteBuffer key, long offset) {
    Window window = windows.get(key);
    return window != null && window.size == last && offset < window.offsets[0];
  }
}
