package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What decides about the order of a segment's messages: priorities and times. Held in memory for as
 * long as the segment is retained, also while its body is not; so it consists of primitive arrays,
 * and of none where all messages are alike.
 *
 * <p>A position is an offset, counted from the segment's first. After a compaction, some positions
 * have no message; whoever asks for one of those is told about the next message.
 */
final class SegmentIndex {
  /** A time that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int POSITION_BITS = 20;

  private final int span;
  private final int count;
  private final int @Nullable [] positions;
  private final Priorities priorities;
  private final Times due;
  private final Times expiry;

  private SegmentIndex(Body body, int span, Priorities priorities, Times due, Times expiry) {
    this.span = span;
    this.count = body.count();
    var gaps = body.gaps();
    this.positions = gaps == null ? null : gaps.offsets();
    this.priorities = priorities;
    this.due = due;
    this.expiry = expiry;
  }

  /**
   * @param span how many offsets the segment covers
   * @param expireAfterMillis time to live of messages that do not say it themselves; 0: for ever
   */
  static SegmentIndex of(Body body, int span, long expireAfterMillis) {
    int count = body.count();
    if (body.gaps() == null && body.isPlain()) {
      return new SegmentIndex(
          body,
          span,
          Priorities.all(0),
          Times.all(0),
          Times.all(expiry(body.commitTimeMillis(), expireAfterMillis)));
    }
    var priorities = new short[count];
    var due = new long[count];
    var expiry = new long[count];
    var scanner = new MessageScanner(TopicConfig.MAX_PRIORITY);
    ByteBuffer content = body.content();
    for (int i = 0; i < count; i++) {
      body.scan(i, content, scanner);
      long committed = body.commitTimeMillis(i);
      long life = scanner.timeToLiveMillis();
      priorities[i] = (short) scanner.priority();
      due[i] = scanner.delayMillis() == 0 ? 0 : committed + scanner.delayMillis();
      expiry[i] = expiry(committed, life == 0 ? expireAfterMillis : life);
    }
    return new SegmentIndex(
        body, span, Priorities.of(priorities), Times.of(due, 0), Times.of(expiry, NEVER));
  }

  private static long expiry(long committedMillis, long lifeMillis) {
    return lifeMillis == 0 ? NEVER : committedMillis + lifeMillis;
  }

  /** How many positions there are. */
  int span() {
    return span;
  }

  /** How many messages there are. */
  int count() {
    return count;
  }

  /** Where a message is, by its number. */
  int position(int message) {
    return positions == null ? message : positions[message];
  }

  // The number of the message at a position, or else of the next one.
  private int message(int position) {
    if (positions == null) {
      return position;
    }
    int found = Arrays.binarySearch(positions, position);
    return found >= 0 ? found : -found - 1;
  }

  /** Takes a range of positions. */
  interface Range {
    void accept(int first, int end);
  }

  /** Names the positions that have no message. */
  void forEachGap(Range action) {
    if (positions == null) {
      return;
    }
    int next = 0;
    for (int position : positions) {
      if (position > next) {
        action.accept(next, position);
      }
      next = position + 1;
    }
    if (next < span) {
      action.accept(next, span);
    }
  }

  /** What it takes of memory. */
  long memoryBytes() {
    return (positions == null ? 0 : (long) Integer.BYTES * count)
        + priorities.memoryBytes()
        + due.memoryBytes()
        + expiry.memoryBytes();
  }

  // ---- Priorities.

  /** The priorities that occur, highest first. */
  int[] priorities() {
    return priorities.distinct();
  }

  int priority(int position) {
    return priorities.at(message(position));
  }

  /**
   * Where the first message of that priority is, at or after a position; {@link #span} if none is
   * left.
   */
  int next(int priority, int position) {
    int found = priorities.next(priority, message(position), count);
    return found < count ? position(found) : span;
  }

  // ---- Times.

  /** From when on a message is delivered, in milliseconds since 1970; 0: at once. */
  long dueMillis(int position) {
    return due.at(message(position));
  }

  /** When a message expires; {@link #NEVER} if it does not. */
  long expiryMillis(int position) {
    int message = message(position);
    return message < count ? expiry.at(message) : NEVER;
  }

  /** The end of the messages from a position on that expire when it does. */
  int expiryRunEnd(int position) {
    int first = message(position);
    int at = first + 1;
    while (!expiry.areEqual() && at < count && expiry.at(at) == expiry.at(first)) {
      at++;
    }
    return expiry.areEqual() || at >= count ? span : position(at);
  }

  Times due() {
    return due;
  }

  Times expiry() {
    return expiry;
  }

  /**
   * The end of the messages from a position on that have its priority, and are due if it is, at
   * most {@code end}.
   */
  int runEnd(int position, int end, long nowMillis) {
    if (priorities.areEqual() && due.areEqual()) {
      return end;
    }
    int priority = priority(position);
    boolean due = dueMillis(position) <= nowMillis;
    int at = position + 1;
    while (at < end && priority(at) == priority && dueMillis(at) <= nowMillis == due) {
      at++;
    }
    return at;
  }

  /** The priorities of a segment's messages. */
  private static final class Priorities {
    private final short @Nullable [] byPosition;
    // Positions by priority, highest first, then ascending; group i starts at starts[i].
    private final int[] order;
    private final int[] starts;
    private final int[] distinct;

    private Priorities(short @Nullable [] byPosition, int[] order, int[] starts, int[] distinct) {
      this.byPosition = byPosition;
      this.order = order;
      this.starts = starts;
      this.distinct = distinct;
    }

    static Priorities all(int priority) {
      return new Priorities(null, new int[0], new int[0], new int[] {priority});
    }

    static Priorities of(short[] byPosition) {
      var sizes = new int[TopicConfig.MAX_PRIORITY + 1];
      for (short priority : byPosition) {
        sizes[priority]++;
      }
      int[] distinct =
          IntStream.rangeClosed(0, TopicConfig.MAX_PRIORITY)
              .map(i -> TopicConfig.MAX_PRIORITY - i)
              .filter(priority -> sizes[priority] > 0)
              .toArray();
      if (distinct.length == 1) {
        return all(distinct[0]);
      }
      var starts = new int[distinct.length + 1];
      var fill = new int[sizes.length];
      for (int i = 0; i < distinct.length; i++) {
        fill[distinct[i]] = starts[i];
        starts[i + 1] = starts[i] + sizes[distinct[i]];
      }
      var order = new int[byPosition.length];
      for (int i = 0; i < byPosition.length; i++) {
        order[fill[byPosition[i]]++] = i;
      }
      return new Priorities(byPosition, order, starts, distinct);
    }

    boolean areEqual() {
      return byPosition == null;
    }

    int[] distinct() {
      return distinct;
    }

    int at(int position) {
      return byPosition == null ? distinct[0] : byPosition[position];
    }

    int next(int priority, int position, int none) {
      if (byPosition == null) {
        return distinct[0] == priority ? Math.min(position, none) : none;
      }
      for (int group = 0; group < distinct.length; group++) {
        if (distinct[group] == priority) {
          int found = Arrays.binarySearch(order, starts[group], starts[group + 1], position);
          int at = found >= 0 ? found : -found - 1;
          return at < starts[group + 1] ? order[at] : none;
        }
      }
      return none;
    }

    long memoryBytes() {
      return (byPosition == null ? 0 : (long) Short.BYTES * byPosition.length)
          + (long) Integer.BYTES * (order.length + starts.length + distinct.length);
    }
  }

  /** A time of each message, and their order. */
  static final class Times {
    private final long @Nullable [] byPosition;
    private final int[] order;
    private final long common;

    private Times(long @Nullable [] byPosition, int[] order, long common) {
      this.byPosition = byPosition;
      this.order = order;
      this.common = common;
    }

    static Times all(long time) {
      return new Times(null, new int[0], time);
    }

    /**
     * @param none the time that is not ordered, as it means that there is none
     */
    static Times of(long[] byPosition, long none) {
      if (byPosition.length == 0) {
        return all(none);
      }
      if (Arrays.stream(byPosition).allMatch(time -> time == byPosition[0])) {
        return all(byPosition[0]);
      }
      long[] some = Arrays.stream(byPosition).filter(time -> time != none).toArray();
      long earliest = Arrays.stream(some).min().orElse(0);
      // Differences of times fit 42 bits, and positions 20.
      int at = 0;
      for (int i = 0; i < byPosition.length; i++) {
        if (byPosition[i] != none) {
          some[at++] = (byPosition[i] - earliest) << POSITION_BITS | i;
        }
      }
      Arrays.sort(some);
      var order = new int[some.length];
      for (int i = 0; i < order.length; i++) {
        order[i] = (int) some[i] & ((1 << POSITION_BITS) - 1);
      }
      return new Times(byPosition, order, 0);
    }

    /** Whether all messages have the same time, {@link #common()}. */
    boolean areEqual() {
      return byPosition == null;
    }

    long common() {
      return common;
    }

    long at(int position) {
      return byPosition == null ? common : byPosition[position];
    }

    /** How many messages have a time, if not all have the same. */
    int size() {
      return order.length;
    }

    /** The number of the message whose time is the i-th to come. */
    int message(int i) {
      return order[i];
    }

    long memoryBytes() {
      return (byPosition == null ? 0 : (long) Long.BYTES * byPosition.length)
          + (long) Integer.BYTES * order.length;
    }
  }
}
