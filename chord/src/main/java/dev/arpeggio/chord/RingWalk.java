package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a ring's members for their neighbourhoods, one after the other along first successors. To be
 * used on the loop; several walks may be under way at once. The members are asked at different
 * moments, so a ring that changes meanwhile may look broken without being so.
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

  private static final int MAX_TRIES = 20;

  private final EventLoop loop;
  private final RingTransport transport;
  private final Handshake handshake;
  private final ChordConfig config;

  /**
   * For one ring.
   *
   * @param transport carries the questions; it need not belong to a member
   * @param config as the ring's members have it
   */
  public RingWalk(EventLoop loop, RingTransport transport, IdSpace space, ChordConfig config) {
    this.loop = loop;
    this.transport = transport;
    this.handshake = config.handshake(space);
    this.config = config;
  }

  /**
   * Walks once around.
   *
   * @param start address of the first member to ask
   * @param maxMembers the walk ends with a problem after this many
   */
  public void walk(String start, int maxMembers, Callback callback) {
    new Walk(maxMembers, callback).ask(start, MAX_TRIES);
  }

  private final class Walk {
    private final int maxMembers;
    private final Callback callback;
    private final List<MemberState> members = new ArrayList<>();

    Walk(int maxMembers, Callback callback) {
      this.maxMembers = maxMembers;
      this.callback = callback;
    }

    void ask(String address, int triesLeft) {
      transport.call(
          address,
          new RingRequest(handshake, new RingQuery.GetState()),
          config.callTimeout(),
          new ResponseCallback() {
            @Override
            public void succeeded(RingResponse response) {
              if (response instanceof RingResponse.State state) {
                visited(state.member());
              } else if (response instanceof RingResponse.Busy && triesLeft > 1) {
                Duration pause = config.callTimeout().dividedBy(10);
                loop.schedule(pause, () -> ask(address, triesLeft - 1));
              } else {
                stuck(address + " answered " + response);
              }
            }

            @Override
            public void failed(CallFailure failure) {
              stuck(address + " did not answer: " + failure);
            }
          });
    }

    private void visited(MemberState member) {
      members.add(member);
      Peer start = members.get(0).self();
      Peer next = member.successors().isEmpty() ? member.self() : member.successors().get(0);
      if (next.equals(start)) {
        callback.walked(
            List.copyOf(members), RingCheck.problems(members, config.successorListLength()));
      } else if (members.stream().anyMatch(known -> known.self().equals(next))) {
        stuck("the walk from " + start + " does not lead back to it: " + next + " comes twice");
      } else if (members.size() == maxMembers) {
        stuck("the ring has more than " + maxMembers + " members");
      } else {
        ask(next.address(), MAX_TRIES);
      }
    }

    private void stuck(String problem) {
      callback.walked(List.copyOf(members), List.of(problem));
    }
  }
}
