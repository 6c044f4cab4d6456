package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a subscription that came back and wait to be delivered again, with how many of
 * their deliveries failed.
 */
final class Redeliveries {
  private final TreeMap<Long, Redelivery> byFirst = new TreeMap<>();

  /**
   * Messages of which equally many deliveries have failed.
   *
   * @param count how many: those that ended with the lease, with the consumer, or by its word; not
   *     those that a consumer gave back as not looked at; 0: perhaps they were passed by
   *     undelivered
   */
  record Redelivery(long first, long end, int count) {
    long size() {
      return end - first;
    }

    Redelivery part(long from, long to) {
      return new Redelivery(from, to, count);
    }
  }

  boolean isEmpty() {
    return byFirst.isEmpty();
  }

  @Nullable Redelivery first() {
    var entry = byFirst.firstEntry();
    return entry == null ? null : entry.getValue();
  }

  /**
   * The first offset of {@code offset} to {@code end - 1} that is in here; {@code end} if there is
   * none.
   */
  long firstPresent(long offset, long end) {
    var holder = byFirst.floorEntry(offset);
    if (holder != null && holder.getValue().end() > offset) {
      return offset;
    }
    Long next = byFirst.higherKey(offset);
    return next == null ? end : Math.min(next, end);
  }

  /** Adds messages of which none is in here. */
  void add(Redelivery added) {
    long first = added.first();
    long end = added.end();
    var left = byFirst.lowerEntry(first);
    if (left != null && left.getValue().end() > first) {
      throw new IllegalStateException("messages from " + first + " come back twice");
    }
    if (left != null
        && left.getValue().end() == first
        && left.getValue().count() == added.count()) {
      first = left.getKey();
    }
    Redelivery right = byFirst.get(end);
    if (right != null && right.count() == added.count()) {
      byFirst.remove(end);
      end = right.end();
    }
    byFirst.put(first, new Redelivery(first, end, added.count()));
  }

  /** The range that holds a message; null if none does. */
  @Nullable Redelivery at(long offset) {
    var holder = byFirst.floorEntry(offset);
    return holder != null && holder.getValue().end() > offset ? holder.getValue() : null;
  }

  /** Takes these messages out; what of them was in. */
  List<Redelivery> remove(long first, long end) {
    if (byFirst.isEmpty()) {
      return List.of();
    }
    var removed = new ArrayList<Redelivery>();
    var holder = byFirst.floorEntry(first);
    long from = holder != null && holder.getValue().end() > first ? holder.getKey() : first;
    for (var entry = byFirst.ceilingEntry(from);
        entry != null && entry.getKey() < end;
        entry = byFirst.ceilingEntry(from)) {
      Redelivery hit = entry.getValue();
      byFirst.remove(hit.first());
      if (hit.first() < first) {
        byFirst.put(hit.first(), new Redelivery(hit.first(), first, hit.count()));
      }
      if (hit.end() > end) {
        byFirst.put(end, new Redelivery(end, hit.end(), hit.count()));
      }
      removed.add(hit.part(Math.max(first, hit.first()), Math.min(end, hit.end())));
      from = Math.min(hit.end(), end);
    }
    return removed;
  }

  /** Of this message; 0 if it is not in here. */
  int count(long offset) {
    var holder = at(offset);
    return holder == null ? 0 : holder.count();
  }

  List<Redelivery> toList() {
    return new ArrayList<>(byFirst.values());
  }
}
