package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a subscription are with a consumer, and until when. One grant stands for all
 * messages of a delivery; no object exists per message.
 */
final class Leases {
  // Which grant holds which offsets. Pieces of one grant are separate entries once a part of it is
  // gone.
  private final TreeMap<Long, Piece> byFirst = new TreeMap<>();
  // By deadline. Clock readings are compared by their difference, as they may overflow.
  private final TreeSet<Grant> grants =
      new TreeSet<>(
          (a, b) ->
              a.deadlineNanos == b.deadlineNanos
                  ? Long.compare(a.number, b.number)
                  : Long.signum(a.deadlineNanos - b.deadlineNanos));
  private long granted;
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

  /**
   * A delivery, as far as it is neither acknowledged nor returned, or a part of one that was
   * extended. Identity matters.
   */
  private static final class Grant {
    private final Holder holder;
    private final long number;
    private final long first;
    private final long end;
    private final int redeliveries;
    private long deadlineNanos;
    private long open;

    private Grant(
        Holder holder, long number, long first, long end, long deadlineNanos, int redeliveries) {
      this.holder = holder;
      this.number = number;
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
    var left = byFirst.floorEntry(end - 1);
    if (left != null && left.getValue().end() > first) {
      throw new IllegalStateException(
          "messages from " + first + " to " + end + " are leased already");
    }
    add(holder, first, end, deadlineNanos, redeliveries);
  }

  private void add(Holder holder, long first, long end, long deadlineNanos, int redeliveries) {
    var grant = new Grant(holder, ++granted, first, end, deadlineNanos, redeliveries);
    byFirst.put(first, new Piece(first, end, grant));
    grants.add(grant);
    holder.grants.add(grant);
    size += end - first;
    holder.size += end - first;
  }

  /**
   * Lets the leases that one consumer holds on these messages last until that time, unless they
   * last longer anyway.
   *
   * @return how many messages of these the consumer holds
   */
  long extend(Holder holder, long first, long end, long deadlineNanos) {
    long held = 0;
    Piece piece = firstFrom(first);
    while (piece != null && piece.first() < end) {
      long next = piece.end();
      Grant grant = piece.grant();
      if (grant.holder == holder) {
        long from = Math.max(first, piece.first());
        long to = Math.min(end, piece.end());
        held += to - from;
        if (deadlineNanos - grant.deadlineNanos > 0) {
          prolong(piece, from, to, deadlineNanos);
        }
      }
      piece = firstFrom(next);
    }
    return held;
  }

  private void prolong(Piece piece, long first, long end, long deadlineNanos) {
    Grant grant = piece.grant();
    if (grant.open == end - first) {
      grants.remove(grant);
      grant.deadlineNanos = deadlineNanos;
      grants.add(grant);
    } else {
      take(piece, first, end);
      add(grant.holder, first, end, deadlineNanos, grant.redeliveries);
    }
  }

  // The first piece that ends after the offset.
  private @Nullable Piece firstFrom(long offset) {
    var entry = byFirst.floorEntry(offset);
    if (entry == null || entry.getValue().end() <= offset) {
      entry = byFirst.higherEntry(offset);
    }
    return entry == null ? null : entry.getValue();
  }

  /** Deadline of the lease that ends first; null if there is none. */
  @Nullable Long firstDeadlineNanos() {
    return grants.isEmpty() ? null : grants.first().deadlineNanos;
  }

  /** Ends the leases on these messages; what was leased. */
  List<Redeliveries.Redelivery> end(long first, long end) {
    return end(first, end, null);
  }

  /** Ends the leases that one consumer holds on these messages. */
  List<Redeliveries.Redelivery> endOf(Holder holder, List<OffsetRange> ranges) {
    var ended = new ArrayList<Redeliveries.Redelivery>();
    for (OffsetRange range : ranges) {
      ended.addAll(end(range.first(), range.end(), holder));
    }
    return ended;
  }

  /** How many ranges these would end; at least, where the given ones overlap. */
  int rangesOf(Holder holder, List<OffsetRange> ranges) {
    int found = 0;
    for (OffsetRange range : ranges) {
      for (Piece piece = firstFrom(range.first());
          piece != null && piece.first() < range.end();
          piece = firstFrom(piece.end())) {
        if (piece.grant().holder == holder) {
          found++;
        }
      }
    }
    return found;
  }

  /** Forgets all of them. */
  void clear() {
    byFirst.clear();
    grants.clear();
    size = 0;
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
    while (!grants.isEmpty() && grants.first().deadlineNanos - nowNanos <= 0) {
      endGrant(grants.first(), ended);
    }
    return ended;
  }

  /**
   * Messages that are leased, as they would come back.
   *
   * @param leastDeliveries leaves out those that were delivered less often, this time included
   */
  List<Redeliveries.Redelivery> leased(int leastDeliveries) {
    var list = new ArrayList<Redeliveries.Redelivery>();
    for (Piece piece : byFirst.values()) {
      var returned = returned(piece);
      if (returned.count() >= leastDeliveries) {
        list.add(returned);
      }
    }
    return list;
  }

  /** Whether this message is with a consumer. */
  boolean contains(long offset) {
    return lease(offset) != null;
  }

  /** How many deliveries of this message failed before, which is with a consumer. */
  int failures(long offset) {
    Piece piece = lease(offset);
    return piece == null ? 0 : piece.grant().redeliveries;
  }

  private @Nullable Piece lease(long offset) {
    Piece piece = firstFrom(offset);
    return piece != null && piece.first() <= offset ? piece : null;
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
    Piece piece = firstFrom(first);
    while (piece != null && piece.first() < end) {
      if (onlyOf == null || piece.grant().holder == onlyOf) {
        long takenFirst = Math.max(first, piece.first());
        long takenEnd = Math.min(end, piece.end());
        ended.add(
            new Redeliveries.Redelivery(takenFirst, takenEnd, piece.grant().redeliveries + 1));
        take(piece, takenFirst, takenEnd);
      }
      piece = firstFrom(piece.end());
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
