package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a subscription are with a consumer, and until when. One grant stands for all
 * messages of a delivery; no object exists per message.
 */
final class Leases {
  // Which grant holds which offsets. Pieces of one grant are separate entries once a part of it is
  // gone.
  private final TreeMap<Long, Piece> byFirst = new TreeMap<>();
  // All leases last equally long, so the order of the grants is that of their deadlines.
  private final LinkedHashSet<Grant> grants = new LinkedHashSet<>();
  private long size;

  /** The grants of one consumer. Identity matters. */
  static final class Holder {
    private final LinkedHashSet<Grant> grants = new LinkedHashSet<>();
    private long size;

    /** How many messages the consumer holds. */
    long size() {
      return size;
    }
  }

  /** A delivery, as far as it is neither acknowledged nor returned. Identity matters. */
  static final class Grant {
    private final Holder holder;
    private final long first;
    private final long end;
    private final long deadlineNanos;
    private final int redeliveries;
    private long open;

    private Grant(Holder holder, long first, long end, long deadlineNanos, int redeliveries) {
      this.holder = holder;
      this.first = first;
      this.end = end;
      this.deadlineNanos = deadlineNanos;
      this.redeliveries = redeliveries;
      this.open = end - first;
    }
  }

  private record Piece(long first, long end, Grant grant) {}

  long size() {
    return size;
  }

  /**
   * @param holder the grants of the consumer that gets the messages; kept up to date from now on
   */
  void grant(Holder holder, long first, long end, long deadlineNanos, int redeliveries) {
    var grant = new Grant(holder, first, end, deadlineNanos, redeliveries);
    var left = byFirst.floorEntry(end - 1);
    if (left != null && left.getValue().end() > first) {
      throw new IllegalStateException(
          "messages from " + first + " to " + end + " are leased already");
    }
    byFirst.put(first, new Piece(first, end, grant));
    grants.add(grant);
    holder.grants.add(grant);
    size += end - first;
    holder.size += end - first;
  }

  /** Deadline of the lease that ends first; null if there is none. */
  @Nullable Long firstDeadlineNanos() {
    return grants.isEmpty() ? null : grants.iterator().next().deadlineNanos;
  }

  /** Ends the leases on these messages; what was leased. */
  List<Redeliveries.Redelivery> end(long first, long end) {
    return end(first, end, null);
  }

  /** Ends the leases that one consumer holds on these messages. */
  List<Redeliveries.Redelivery> endOf(Holder holder, long first, long end) {
    return end(first, end, holder);
  }

  /** Ends all leases of one consumer. */
  List<Redeliveries.Redelivery> endAll(Holder holder) {
    var ended = new ArrayList<Redeliveries.Redelivery>();
    for (Grant grant : List.copyOf(holder.grants)) {
      endGrant(grant, ended);
    }
    return ended;
  }

  /** Ends the leases whose time is over. */
  List<Redeliveries.Redelivery> expire(long nowNanos) {
    var ended = new ArrayList<Redeliveries.Redelivery>();
    for (Iterator<Grant> it = grants.iterator(); it.hasNext(); it = grants.iterator()) {
      Grant grant = it.next();
      if (grant.deadlineNanos - nowNanos > 0) {
        break;
      }
      endGrant(grant, ended);
    }
    return ended;
  }

  /** Messages that are leased and were delivered before, as they would come back. */
  List<Redeliveries.Redelivery> redelivered() {
    var list = new ArrayList<Redeliveries.Redelivery>();
    for (Piece piece : byFirst.values()) {
      if (piece.grant().redeliveries > 0) {
        list.add(returned(piece));
      }
    }
    return list;
  }

  private void endGrant(Grant grant, List<Redeliveries.Redelivery> ended) {
    var entry = byFirst.ceilingEntry(grant.first);
    while (entry != null && entry.getKey() < grant.end) {
      if (entry.getValue().grant() == grant) {
        ended.add(returned(entry.getValue()));
        take(entry.getValue(), entry.getValue().first(), entry.getValue().end());
      }
      entry = byFirst.higherEntry(entry.getKey());
    }
  }

  private List<Redeliveries.Redelivery> end(long first, long end, @Nullable Holder onlyOf) {
    var ended = new ArrayList<Redeliveries.Redelivery>();
    var left = byFirst.floorEntry(first);
    long from = left != null && left.getValue().end() > first ? left.getKey() : first;
    var entry = byFirst.ceilingEntry(from);
    while (entry != null && entry.getKey() < end) {
      Piece piece = entry.getValue();
      if (onlyOf == null || piece.grant().holder == onlyOf) {
        long takenFirst = Math.max(first, piece.first());
        long takenEnd = Math.min(end, piece.end());
        ended.add(
            new Redeliveries.Redelivery(takenFirst, takenEnd, piece.grant().redeliveries + 1));
        take(piece, takenFirst, takenEnd);
      }
      entry = byFirst.ceilingEntry(piece.end());
    }
    return ended;
  }

  private static Redeliveries.Redelivery returned(Piece piece) {
    return new Redeliveries.Redelivery(piece.first(), piece.end(), piece.grant().redeliveries + 1);
  }

  private void take(Piece piece, long first, long end) {
    Grant grant = piece.grant();
    byFirst.remove(piece.first());
    if (piece.first() < first) {
      byFirst.put(piece.first(), new Piece(piece.first(), first, grant));
    }
    if (end < piece.end()) {
      byFirst.put(end, new Piece(end, piece.end(), grant));
    }
    size -= end - first;
    grant.holder.size -= end - first;
    grant.open -= end - first;
    if (grant.open == 0) {
      grants.remove(grant);
      grant.holder.grants.remove(grant);
    }
  }
}
