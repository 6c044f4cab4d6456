package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which message of a subscription comes next: the highest priority first, and within a priority,
 * what was passed by before what was not, in the order of the offsets.
 */
final class Lanes {
  private static final int MAX_POSITIONS = 8;

  private final Home home;
  private final Lane.Gone gone;
  private final TreeMap<Integer, Lane> lanes = new TreeMap<>(Comparator.reverseOrder());
  // How often messages were delivered that no lane has passed by yet.
  private final Redeliveries counts = new Redeliveries();
  private long start;

  /** What is to be delivered next. */
  record Found(Lane lane, long first, long end, int redeliveries) {}

  /**
   * @param start everything before was delivered
   */
  Lanes(Home home, Lane.Gone gone, long start) {
    this.home = home;
    this.gone = gone;
    this.start = start;
    lanes.put(0, new Lane(0, home, gone, start));
  }

  private Lane lane(int priority) {
    return lanes.computeIfAbsent(priority, any -> new Lane(priority, home, gone, start));
  }

  private void addLanes() {
    for (int priority : home.index().priorities()) {
      lane(priority);
    }
  }

  // ---- Taking.

  /**
   * What comes next; null if there is nothing.
   *
   * @param wantsNew whether messages of a priority are wanted that were not passed by yet
   */
  @Nullable Found next(IntPredicate wantsNew) {
    addLanes();
    for (Lane lane : lanes.values()) {
      var back = lane.ready().first();
      if (back != null) {
        return new Found(
            lane,
            back.first(),
            Math.min(back.end(), home.log().find(back.first()).end()),
            back.count());
      }
      if (wantsNew.test(lane.priority())) {
        long fresh = lane.fresh();
        if (fresh != Lane.NONE) {
          return found(lane, fresh);
        }
      }
    }
    return null;
  }

  /** The first message, whatever its priority, that was not passed by yet. */
  @Nullable Found first() {
    addLanes();
    Lane first = null;
    for (Lane lane : lanes.values()) {
      if (lane.fresh() != Lane.NONE && (first == null || lane.next() < first.next())) {
        first = lane;
      }
    }
    return first == null ? null : found(first, first.next());
  }

  private Found found(Lane lane, long first) {
    long end = lane.freshEnd(first, home.log().find(first));
    var counted = counts.at(first);
    return counted == null
        ? new Found(lane, first, counts.firstPresent(first, end), 0)
        : new Found(lane, first, Math.min(counted.end(), end), counted.count());
  }

  /** These messages of a lane are somewhere else now. */
  void take(Lane lane, long first, long end) {
    lane.ready().remove(first, end);
    counts.remove(first, end);
    lane.passTo(end);
  }

  // ---- Giving back, and taking out.

  /** These messages, which are not gone, are to be delivered, in the order of their lane. */
  void add(Redeliveries.Redelivery range) {
    for (long at = range.first(); at < range.end(); ) {
      Segment segment = home.log().find(at);
      long end = Math.min(range.end(), segment.end());
      if (segment.isIndexed()) {
        forEachRun(
            segment, at, end, (lane, first, until, due) -> add(lane, range.part(first, until)));
      } else {
        // Nobody has come by.
        count(range.part(at, end));
      }
      at = end;
    }
  }

  private void add(Lane lane, Redeliveries.Redelivery range) {
    if (range.first() < lane.next()) {
      lane.ready().add(range.part(range.first(), Math.min(range.end(), lane.next())));
    }
    if (range.end() > lane.next()) {
      count(range.part(Math.max(range.first(), lane.next()), range.end()));
    }
  }

  private void count(Redeliveries.Redelivery range) {
    if (range.count() > 0) {
      counts.add(range);
    }
  }

  /** Delayed messages of a segment are due. */
  void due(Segment segment, long first, long end) {
    forEachRun(
        segment,
        first,
        end,
        (lane, from, until, due) -> {
          long passed = Math.min(until, lane.next());
          for (long at = gone.firstLeft(from); at < passed; ) {
            long left = gone.firstGone(at, passed);
            var counted = counts.remove(at, left);
            for (var range : counted) {
              lane.ready().add(range);
            }
            addUncounted(lane, at, left);
            at = gone.firstLeft(left);
          }
        });
  }

  private static void addUncounted(Lane lane, long first, long end) {
    long at = first;
    while (at < end) {
      long until = lane.ready().firstPresent(at, end);
      if (until > at) {
        lane.ready().add(new Redeliveries.Redelivery(at, until, 0));
      }
      var counted = lane.ready().at(until);
      at = counted == null ? end : Math.max(until, counted.end());
    }
  }

  /**
   * Takes messages out of which none is gone.
   *
   * @return what of them was to be delivered, now or later
   */
  List<OffsetRange> takeOut(Segment segment, long first, long end) {
    var out = new ArrayList<OffsetRange>();
    forEachRun(
        segment,
        first,
        end,
        (lane, from, until, due) -> {
          for (var range : lane.ready().remove(from, until)) {
            out.add(new OffsetRange(range.first(), range.size()));
          }
          // What was passed by is with somebody, unless it is only not due yet.
          long fresh = due ? Math.max(from, lane.next()) : from;
          if (fresh < until) {
            out.add(new OffsetRange(fresh, until - fresh));
          }
        });
    return out;
  }

  /** Starts anew: everything before that offset was delivered, and nothing from there on. */
  void restart(long offset) {
    start = offset;
    counts.remove(0, Long.MAX_VALUE);
    lanes.clear();
    lanes.put(0, new Lane(0, home, gone, offset));
  }

  /** Forgets these messages, wherever they are; how often they were delivered. */
  List<Redeliveries.Redelivery> remove(long first, long end) {
    var removed = new ArrayList<>(counts.remove(first, end));
    for (Lane lane : lanes.values()) {
      removed.addAll(lane.ready().remove(first, end));
    }
    return removed;
  }

  /** How often a message was delivered that is in here. */
  int count(long offset) {
    return lanes.values().stream()
        .mapToInt(lane -> lane.ready().count(offset))
        .reduce(counts.count(offset), Math::max);
  }

  /** Everything before is gone. */
  void passTo(long offset) {
    lanes.values().forEach(lane -> lane.passTo(offset));
  }

  /** How often messages were delivered, in order. */
  List<Redeliveries.Redelivery> counts() {
    var all = new ArrayList<>(counts.toList());
    for (Lane lane : lanes.values()) {
      for (var range : lane.ready().toList()) {
        if (range.count() > 0) {
          all.add(range);
        }
      }
    }
    return all;
  }

  /** Where the next deliveries are taken from, as far as can be told: of the highest priorities. */
  List<Long> positions() {
    addLanes();
    return lanes.values().stream()
        .map(Lane::position)
        .filter(position -> position != null)
        .limit(MAX_POSITIONS)
        .toList();
  }

  private interface Run {
    void accept(Lane lane, long first, long end, boolean due);
  }

  // Runs of messages of one priority that are all due, or all not.
  private void forEachRun(Segment segment, long first, long end, Run action) {
    SegmentIndex index = segment.index();
    long now = home.index().agenda().nowMillis();
    long at = first;
    while (at < end) {
      int position = (int) (at - segment.first());
      boolean due = index.dueMillis(position) <= now;
      long until = segment.first() + index.runEnd(position, (int) (end - segment.first()), now);
      action.accept(lane(index.priority(position)), at, until, due);
      at = until;
    }
  }
}
