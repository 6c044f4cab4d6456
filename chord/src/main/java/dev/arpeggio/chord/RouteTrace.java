package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks a key up as an iterative lookup does, and keeps what each node said and how long it took:
 * for people who want to see the way. To be used on the loop; several traces may be under way at
 * once.
 *
 * <p>A node that does not answer is left out from then on, and whoever named it is asked again. The
 * owner is pinged at the end. Bounded by the ring's {@code lookupMaxHops}.
 */
public final class RouteTrace {
  /**
   * One question on the way.
   *
   * @param address who was asked
   * @param time from the question to the answer, or to the failure
   * @param outcome in words
   */
  public record Step(String address, Duration time, String outcome) {}

  /** Receives the end of one trace, once, on the loop. */
  public interface Callback {
    /**
     * The trace is over.
     *
     * @param steps in the order in which they were taken
     * @param owner absent if it was not found; the last step says why
     */
    void traced(List<Step> steps, Optional<Peer> owner);
  }

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
  public RouteTrace(EventLoop loop, RingTransport transport, IdSpace space, ChordConfig config) {
    this.loop = loop;
    this.transport = transport;
    this.handshake = config.handshake(space);
    this.config = config;
  }

  /**
   * Looks the key up.
   *
   * @param start address of the first member to ask
   */
  public void trace(String start, RingId key, Callback callback) {
    new Trace(key, callback).route(start);
  }

  private final class Trace {
    private final RingId key;
    private final Callback callback;
    private final List<Step> steps = new ArrayList<>();
    private final List<RingId> avoid = new ArrayList<>();

    /** Who answered, the nearest to the key last; each is asked again if what it named is dead. */
    private final Deque<String> answered = new ArrayDeque<>();

    Trace(RingId key, Callback callback) {
      this.key = key;
      this.callback = callback;
    }

    /** Asks a node of which no more than the address is known. */
    void route(String address) {
      ask(
          address,
          new RingQuery.Route(key, avoid),
          response -> routed(address, response),
          () -> end(Optional.empty()));
    }

    private void route(Peer peer) {
      ask(
          peer.address(),
          new RingQuery.Route(key, avoid),
          response -> routed(peer.address(), response),
          () -> withoutIt(peer));
    }

    private Reply routed(String address, RingResponse response) {
      answered.addLast(address);
      if (response instanceof RingResponse.Owner found) {
        return new Reply(
            "is the key's predecessor, and names as owner " + found.owner().address(),
            () -> verify(found.owner()));
      }
      if (response instanceof RingResponse.Closer closer) {
        Peer next = closer.candidates().get(0);
        return new Reply(
            "names "
                + closer.candidates().size()
                + " nearer to the key, the nearest "
                + next.address(),
            () -> route(next));
      }
      return new Reply("answered " + response, () -> end(Optional.empty()));
    }

    private void verify(Peer owner) {
      ask(
          owner.address(),
          new RingQuery.Ping(),
          response ->
              response instanceof RingResponse.Alive alive && alive.self().equals(owner)
                  ? new Reply("is there", () -> end(Optional.of(owner)))
                  : new Reply("answered " + response, () -> withoutIt(owner)),
          () -> withoutIt(owner));
    }

    private void withoutIt(Peer dead) {
      if (avoid.size() == RingQuery.Route.MAX_AVOID || answered.isEmpty()) {
        end(Optional.empty());
      } else {
        avoid.add(dead.id());
        route(answered.removeLast());
      }
    }

    private void ask(String address, RingQuery query, Answer answer, Runnable failed) {
      if (steps.size() >= config.lookupMaxHops()) {
        end(Optional.empty());
        return;
      }
      long asked = loop.nanoTime();
      transport.call(
          address,
          new RingRequest(handshake, query),
          config.callTimeout(),
          new ResponseCallback() {
            @Override
            public void succeeded(RingResponse response) {
              Reply reply = answer.of(response);
              note(reply.outcome());
              reply.next().run();
            }

            @Override
            public void failed(CallFailure failure) {
              note("did not answer: " + failure);
              failed.run();
            }

            private void note(String outcome) {
              steps.add(new Step(address, Duration.ofNanos(loop.nanoTime() - asked), outcome));
            }
          });
    }

    private void end(Optional<Peer> owner) {
      callback.traced(List.copyOf(steps), owner);
    }
  }

  /**
   * What an answer means.
   *
   * @param next what to do after it was noted
   */
  private record Reply(String outcome, Runnable next) {}

  private interface Answer {
    Reply of(RingResponse response);
  }
}
