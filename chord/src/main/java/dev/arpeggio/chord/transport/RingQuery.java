package dev.arpeggio.chord.transport;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import java.util.ArrayList;
import java.util.List;

/** What one node asks of another. */
public sealed interface RingQuery {
  /** Are you a live member? Answered at once with {@link RingResponse.Alive}. */
  record Ping() implements RingQuery {}

  /**
   * Who are your neighbours? Answered with {@link RingResponse.State}, or {@link
   * RingResponse.Busy}.
   */
  record GetState() implements RingQuery {}

  /**
   * Who owns the key, or who is nearer to it? Answered with {@link RingResponse.Owner} or {@link
   * RingResponse.Closer}.
   *
   * @param key the key
   * @param avoid nodes that did not answer the asker, to be left out; at most {@link #MAX_AVOID}
   */
  record Route(RingId key, List<RingId> avoid) implements RingQuery {
    public static final int MAX_AVOID = 32;

    public Route {
      avoid = List.copyOf(avoid);
    }
  }

  /**
   * Find the key's owner for another node: answer it with {@link Found}, or pass this on to a node
   * nearer to the key. Answered with {@link RingResponse.Accepted} at once.
   *
   * @param key the key
   * @param avoid nodes that did not answer on the way; at most {@link Route#MAX_AVOID}
   * @param asker who wants to know
   * @param lookup by which the asker knows this lookup
   * @param hops nodes that took this lookup so far
   * @param hopsLeft how many more may take it; at most {@link #MAX_HOPS}
   */
  record Forward(RingId key, List<RingId> avoid, Peer asker, long lookup, int hops, int hopsLeft)
      implements RingQuery {
    public static final int MAX_HOPS = 1024;

    public Forward {
      avoid = List.copyOf(avoid);
    }

    /** The same, taken by one more node. */
    public Forward arrived() {
      return new Forward(key, avoid, asker, lookup, hops + 1, hopsLeft - 1);
    }

    /** The same with one more node to avoid; the oldest of too many is forgotten. */
    public Forward avoiding(RingId id) {
      List<RingId> more = new ArrayList<>(avoid);
      if (more.size() == Route.MAX_AVOID) {
        more.remove(0);
      }
      more.add(id);
      return new Forward(key, more, asker, lookup, hops, hopsLeft);
    }
  }

  /**
   * The end of a lookup that was passed on. Answered with {@link RingResponse.Accepted}.
   *
   * @param lookup the asker's number
   * @param key what was looked up
   * @param predecessor the key's predecessor, which says so
   * @param owner its first live successor
   * @param hops nodes that took the lookup
   */
  record Found(long lookup, RingId key, Peer predecessor, Peer owner, int hops)
      implements RingQuery {}

  /**
   * You are my first successor, I may be your predecessor. Answered with {@link
   * RingResponse.Accepted}.
   */
  record Notify(Peer candidate) implements RingQuery {}

  /** I leave; these were my neighbours. Answered with {@link RingResponse.Accepted}. */
  record Leave(MemberState leaver) implements RingQuery {}
}
