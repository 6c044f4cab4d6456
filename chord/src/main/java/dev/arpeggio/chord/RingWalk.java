package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RingTransport;
import java.util.List;

/**
 * Asks a ring's members for their neighbourhoods, one after the other along first successors. To be
 * used on the loop.
 */
public final class RingWalk {
  /** Receives the end of one walk, once, on the loop. */
  public interface Callback {
    /**
     * The walk is over.
     *
     * @param members in the order of the walk, as far as it came
     * @param problems why the ring is not ideal, in words; empty if it is
     */
    void walked(List<MemberState> members, List<String> problems);
  }

  public RingWalk(
      EventLoop loop, RingTransport transport, Handshake handshake, ChordConfig config) {}

  /**
   * Walks once around.
   *
   * @param start address of the first member to ask
   * @param maxMembers the walk ends with a problem after this many
   */
  public void walk(String start, int maxMembers, Callback callback) {}
}
