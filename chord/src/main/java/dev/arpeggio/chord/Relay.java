package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recursive lookups: passes those of others on towards the key, and waits for the answers to the
 * node's own. On the loop.
 *
 * <p>Every node that takes a lookup says so at once, so that whoever passed it on knows whether to
 * try another one; a contact that does not is avoided by all that come after. What gets lost all
 * the same, with the node that had just taken it, shows by no answer coming in time. Each node
 * passes a lookup on to at most {@value #MAX_TRIES} others, and to at most {@value #MAX_RELAYED} at
 * once.
 */
final class Relay {
  /** What became of one of the node's own lookups. */
  interface Outcome {
    /** The key's predecessor answered; whether the owner is alive is not proven. */
    void answered(RingResponse.Owner owner, int hops);

    /** No answer came in time, or nobody could be asked. */
    void unanswered();
  }

  private static final int MAX_TRIES = 4;
  private static final int MAX_RELAYED = 1024;
  private static final int PATIENCE = 3;

  private final Peer self;
  private final Router router;
  private final FingerTable fingers;
  private final Caller caller;
  private final ChordConfig config;
  private final EventLoop loop;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private long lookups;
  private int relayed;

  Relay(
      Peer self,
      Router router,
      FingerTable fingers,
      Caller caller,
      ChordConfig config,
      EventLoop loop) {
    this.self = self;
    this.router = router;
    this.fingers = fingers;
    this.caller = caller;
    this.config = config;
    this.loop = loop;
  }

  /** Begins a lookup of this node. Their number is bounded by {@link Lookups}. */
  void start(RingId key, Outcome outcome) {
    RingResponse first = router.route(key, List.of());
    if (first instanceof RingResponse.Owner owner) {
      outcome.answered(owner, 0);
      return;
    }
    long number = lookups++;
    Duration patience = config.callTimeout().multipliedBy(PATIENCE);
    waiting.put(
        number, new Waiting(key, outcome, loop.schedule(patience, () -> unanswered(number))));
    advance(
        new RingQuery.Forward(key, List.of(), self, number, 0, config.lookupMaxHops()),
        MAX_TRIES,
        () -> unanswered(number));
  }

  /** Takes a lookup of another node. */
  RingResponse take(RingQuery.Forward lookup) {
    if (relayed >= MAX_RELAYED) {
      return new RingResponse.Refused(
          RefusalReason.OVERLOADED, MAX_RELAYED + " lookups are passed on");
    }
    RingQuery.Forward here = lookup.arrived();
    // The answer to this call is to leave before the next one.
    loop.execute(() -> advance(here, MAX_TRIES, () -> {}));
    return new RingResponse.Accepted();
  }

  /** Takes an answer to one of this node's own lookups; one that nobody waits for is dropped. */
  void found(RingQuery.Found found) {
    Waiting lookup = waiting.get(found.lookup());
    if (lookup != null && lookup.key.equals(found.key())) {
      waiting.remove(found.lookup());
      lookup.timer.cancel();
      lookup.outcome.answered(
          new RingResponse.Owner(found.predecessor(), found.owner()), found.hops());
    }
  }

  private void unanswered(long number) {
    Waiting lookup = waiting.remove(number);
    if (lookup != null) {
      lookup.timer.cancel();
      lookup.outcome.unanswered();
    }
  }

  private void advance(RingQuery.Forward lookup, int tries, Runnable stuck) {
    RingResponse route = router.route(lookup.key(), lookup.avoid());
    if (route instanceof RingResponse.Owner owner) {
      caller.ask(
          lookup.asker().address(),
          new RingQuery.Found(
              lookup.lookup(), lookup.key(), owner.predecessor(), owner.owner(), lookup.hops()),
          IgnoredResponse.INSTANCE);
    } else if (route instanceof RingResponse.Closer closer
        && !closer.candidates().isEmpty()
        && tries > 0
        && lookup.hopsLeft() > 0) {
      pass(lookup, closer.candidates().get(0), tries, stuck);
    } else {
      stuck.run();
    }
  }

  private void pass(RingQuery.Forward lookup, Peer next, int tries, Runnable stuck) {
    relayed++;
    caller.ask(
        next.address(),
        lookup,
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            relayed--;
          }

          @Override
          public void failed(CallFailure failure) {
            relayed--;
            if (Caller.verdict(failure) != Caller.Verdict.ALIVE) {
              fingers.remove(next.id());
            }
            advance(lookup.avoiding(next.id()), tries - 1, stuck);
          }
        });
  }

  private record Waiting(RingId key, Outcome outcome, EventLoop.Timer timer) {}
}
