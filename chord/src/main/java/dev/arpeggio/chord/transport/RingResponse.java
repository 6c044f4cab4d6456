package dev.arpeggio.chord.transport;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import java.util.List;

/** What one node answers another. */
public sealed interface RingResponse {
  /** A live member. */
  record Alive(Peer self) implements RingResponse {}

  /** The member's neighbourhood. */
  record State(MemberState member) implements RingResponse {}

  /**
   * The member is alive but in the middle of a step: ask again shortly. Says nothing about its
   * state.
   */
  record Busy() implements RingResponse {}

  /**
   * The end of a lookup.
   *
   * @param predecessor the node that answers: the key's predecessor
   * @param owner its first live successor
   */
  record Owner(Peer predecessor, Peer owner) implements RingResponse {}

  /**
   * The next step of a lookup.
   *
   * @param candidates nodes between the answering node and the key, nearest to the key first; never
   *     empty, at most {@link #MAX_CANDIDATES}
   */
  record Closer(List<Peer> candidates) implements RingResponse {
    public static final int MAX_CANDIDATES = 8;

    public Closer {
      candidates = List.copyOf(candidates);
    }
  }

  /** The message was taken. */
  record Accepted() implements RingResponse {}

  /** The node will not answer this caller. */
  record Refused(RefusalReason reason, String detail) implements RingResponse {}
}
