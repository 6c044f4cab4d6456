package dev.arpeggio.chord.transport;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
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
   * You are my first successor, I may be your predecessor. Answered with {@link
   * RingResponse.Accepted}.
   */
  record Notify(Peer candidate) implements RingQuery {}

  /** I leave; these were my neighbours. Answered with {@link RingResponse.Accepted}. */
  record Leave(MemberState leaver) implements RingQuery {}
}
