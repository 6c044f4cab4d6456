package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Messages that came back, and are not to be delivered again before their time. */
final class Waiting {
  private final long originNanos;
  private final TreeMap<Long, Entry> byFirst = new TreeMap<>();
  private final TreeSet<Entry> byTime =
      new TreeSet<>(
          Comparator.comparingLong(Entry::readyNanos)
              .thenComparingLong(entry -> entry.range().first()));
  private long size;

  // Times count from the origin, so that they can be compared as numbers.
  private record Entry(Redeliveries.Redelivery range, long readyNanos) {}

  /**
   * @param nowNanos any time of the clock that the times are of
   */
  Waiting(long nowNanos) {
    this.originNanos = nowNanos;
  }

  /** How many messages wait. */
  long size() {
    return size;
  }

  boolean contains(long offset) {
    return firstMissing(offset) > offset;
  }

  /** The first offset at or after this one that is not in here. */
  long firstMissing(long offset) {
    long at = offset;
    for (var holder = byFirst.floorEntry(at);
        holder != null && holder.getValue().range().end() > at;
        holder = byFirst.floorEntry(at)) {
      at = holder.getValue().range().end();
    }
    return at;
  }

  /** The first offset of {@code offset} to {@code end - 1} that is in here; else {@code end}. */
  long firstPresent(long offset, long end) {
    if (contains(offset)) {
      return Math.min(offset, end);
    }
    Long next = byFirst.higherKey(offset);
    return next == null ? end : Math.min(next, end);
  }

  /** How many deliveries of this message failed, which is in here. */
  int count(long offset) {
    return byFirst.floorEntry(offset).getValue().range().count();
  }

  /** How many ranges they make, which is what they cost. */
  int rangeCount() {
    return byFirst.size();
  }

  /** Adds messages of which none is in here. */
  void add(Redeliveries.Redelivery range, long readyAtNanos) {
    put(new Entry(range, readyAtNanos - originNanos));
  }

  private void put(Entry entry) {
    var left = byFirst.floorEntry(entry.range().end() - 1);
    if (left != null && left.getValue().range().end() > entry.range().first()) {
      throw new IllegalStateException(
          "messages from " + entry.range().first() + " come back twice");
    }
    byFirst.put(entry.range().first(), entry);
    byTime.add(entry);
    size += entry.range().size();
  }

  private void take(Entry entry) {
    byFirst.remove(entry.range().first());
    byTime.remove(entry);
    size -= entry.range().size();
  }

  /** Takes these messages out; what of them was in. */
  List<Redeliveries.Redelivery> remove(long first, long end) {
    if (byFirst.isEmpty()) {
      return List.of();
    }
    var removed = new ArrayList<Redeliveries.Redelivery>();
    var holder = byFirst.floorEntry(first);
    long from = holder != null && holder.getValue().range().end() > first ? holder.getKey() : first;
    for (var hit = byFirst.ceilingEntry(from);
        hit != null && hit.getKey() < end;
        hit = byFirst.ceilingEntry(hit.getValue().range().end())) {
      Entry entry = hit.getValue();
      var range = entry.range();
      take(entry);
      if (range.first() < first) {
        put(new Entry(range.part(range.first(), first), entry.readyNanos()));
      }
      if (range.end() > end) {
        put(new Entry(range.part(end, range.end()), entry.readyNanos()));
      }
      removed.add(range.part(Math.max(first, range.first()), Math.min(end, range.end())));
    }
    return removed;
  }

  /** Takes out what has waited long enough. */
  List<Redeliveries.Redelivery> ripe(long nowNanos) {
    var ripe = new ArrayList<Redeliveries.Redelivery>();
    while (!byTime.isEmpty() && byTime.first().readyNanos() <= nowNanos - originNanos) {
      Entry entry = byTime.first();
      take(entry);
      ripe.add(entry.range());
    }
    return ripe;
  }

  /** When the next ones have waited long enough; null if none wait. */
  @Nullable Long firstReadyAtNanos() {
    return byTime.isEmpty() ? null : byTime.first().readyNanos() + originNanos;
  }

  /** Until when they wait, in the time that others understand. */
  List<Cursor.Wait> toStore(long nowNanos, long nowMillis) {
    return byFirst.values().stream()
        .map(
            entry -> {
              long left = Duration.ofNanos(entry.readyNanos() + originNanos - nowNanos).toMillis();
              return new Cursor.Wait(
                  entry.range().first(), entry.range().end(), nowMillis + Math.max(0, left));
            })
        .toList();
  }

  List<Redeliveries.Redelivery> toList() {
    return byFirst.values().stream().map(Entry::range).toList();
  }
}
