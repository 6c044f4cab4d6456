package dev.arpeggio.chord;

import dev.arpeggio.chord.LookupException.Reason;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to find a key's owner, driven by the node that wants to know: it asks node after
 * node, each nearer to the key, until one says that it is the key's predecessor. On the loop.
 *
 * <p>A contact that does not answer once is avoided from then on; the nodes asked later are told,
 * so that they leave it out too. The owner is given up as slowly as a neighbour is, because passing
 * over one that is merely slow makes the answer wrong. When all contacts that the nearest node
 * named are dead, that node is asked once more. Ends after at most {@code maxHops} questions.
 */
final class Lookup {
  /** Receives the end of the attempt, once. */
  interface Callback {
    void found(Peer predecessor, Peer owner, int hops);

    void failed(Reason reason, String detail);
  }

  private final IdSpace space;
  private final Caller caller;
  private final @Nullable Router router;
  private final FingerTable fingers;
  private final Peer self;
  private final RingId key;
  private final int ownerPings;
  private final int maxHops;
  private final Callback callback;

  private final List<RingId> avoid = new ArrayList<>();
  private final Contacts contacts;
  private @Nullable Peer nearest;
  private int givenUp;
  private int givenUpBeforeNearest;
  private int questions;
  private int hops;
  private String lastFailure = "no contact is known";

  /**
   * Prepares the attempt.
   *
   * @param router where the search starts, or null to start at an address
   * @param ownerPings how many pings in a row the owner must leave unanswered to count as gone, or
   *     0 to believe in it without a ping
   */
  Lookup(
      Neighbourhood neighbourhood,
      Caller caller,
      @Nullable Router router,
      FingerTable fingers,
      RingId key,
      int ownerPings,
      int maxHops,
      Callback callback) {
    this.space = neighbourhood.space();
    this.self = neighbourhood.self();
    this.caller = caller;
    this.router = router;
    this.fingers = fingers;
    this.key = key;
    this.ownerPings = ownerPings;
    this.maxHops = maxHops;
    this.callback = callback;
    this.contacts = new Contacts(space, self.id(), key, avoid);
  }

  /** Starts with the node's own knowledge. */
  void startHere() {
    askSelf();
  }

  /**
   * Starts with a node that is likely to be the key's predecessor, and falls back on the node's own
   * knowledge.
   */
  void startNear(Peer guess) {
    RingResponse own = routeHere();
    if (own instanceof RingResponse.Closer closer) {
      nearest = self;
      contacts.add(self, closer.candidates());
      contacts.add(self, List.of(guess));
      next();
    } else {
      answered(self, own);
    }
  }

  /** Starts with a node of which no more than the address is known. */
  void startAt(String address) {
    ask(null, address);
  }

  /** Starts with the answer of the key's predecessor, which was found otherwise. */
  void startWith(RingResponse.Owner found, int hopsSoFar) {
    hops = hopsSoFar;
    answered(null, found);
  }

  private void askSelf() {
    answered(self, routeHere());
  }

  private RingResponse routeHere() {
    if (router == null) {
      throw new IllegalStateException("a lookup that starts at an address has no own knowledge");
    }
    return router.route(key, avoid);
  }

  private void next() {
    Peer best = contacts.first();
    Peer again = nearest;
    if (again != null && givenUp > givenUpBeforeNearest && (best == null || !nearer(best, again))) {
      // All that the nearest node named are dead. It has more to name, or is the key's predecessor
      // itself.
      askAgain(again);
      return;
    }
    if (best == null) {
      callback.failed(Reason.NO_ROUTE, lastFailure);
      return;
    }
    contacts.asked(best);
    ask(best, best.address());
  }

  /** Asks a node that answered before, which is no further hop. */
  private void askAgain(Peer peer) {
    if (peer.id().equals(self.id())) {
      askSelf();
    } else {
      hops--;
      ask(peer, peer.address());
    }
  }

  private void ask(@Nullable Peer peer, String address) {
    if (questions++ >= maxHops) {
      callback.failed(Reason.TOO_MANY_HOPS, "asked " + maxHops + " nodes");
      return;
    }
    caller.ask(
        address,
        new RingQuery.Route(key, avoid),
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            hops++;
            answered(peer, response);
          }

          @Override
          public void failed(CallFailure failure) {
            lastFailure = address + ": " + failure;
            if (peer != null) {
              giveUp(peer);
              if (peer.equals(nearest)) {
                nearest = null;
              }
            }
            next();
          }
        });
  }

  private void answered(@Nullable Peer peer, RingResponse response) {
    if (peer != null && (nearest == null || !nearer(nearest, peer))) {
      nearest = peer;
      givenUpBeforeNearest = givenUp;
    }
    if (response instanceof RingResponse.Owner found) {
      if (ownerPings > 0 && !found.owner().id().equals(self.id())) {
        verify(found, ownerPings);
      } else {
        callback.found(found.predecessor(), found.owner(), hops);
      }
      return;
    }
    if (response instanceof RingResponse.Closer closer) {
      contacts.add(peer, closer.candidates());
    } else {
      lastFailure = (peer == null ? "the first contact" : peer) + " answered " + response;
    }
    next();
  }

  private void verify(RingResponse.Owner found, int pingsLeft) {
    if (questions++ >= maxHops) {
      callback.failed(Reason.TOO_MANY_HOPS, "asked " + maxHops + " nodes");
      return;
    }
    caller.ask(
        found.owner().address(),
        new RingQuery.Ping(),
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            boolean same =
                response instanceof RingResponse.Alive alive
                    && alive.self().id().equals(found.owner().id());
            if (same) {
              callback.found(found.predecessor(), found.owner(), hops);
            } else {
              ownerIsGone(found, "answered " + response);
            }
          }

          @Override
          public void failed(CallFailure failure) {
            Caller.Verdict verdict = Caller.verdict(failure);
            if (verdict == Caller.Verdict.ALIVE) {
              callback.found(found.predecessor(), found.owner(), hops);
            } else if (verdict == Caller.Verdict.SILENT && pingsLeft > 1) {
              verify(found, pingsLeft - 1);
            } else {
              ownerIsGone(found, failure.toString());
            }
          }
        });
  }

  /** Asks the key's predecessor for its next live successor. */
  private void ownerIsGone(RingResponse.Owner found, String detail) {
    lastFailure = found.owner() + ": " + detail;
    giveUp(found.owner());
    askAgain(found.predecessor());
  }

  private void giveUp(Peer peer) {
    givenUp++;
    fingers.remove(peer.id());
    if (avoid.size() == RingQuery.Route.MAX_AVOID) {
      avoid.remove(0);
    }
    avoid.add(peer.id());
  }

  private boolean nearer(Peer a, Peer b) {
    return Long.compareUnsigned(
            space.stepsBefore(a.id().value(), key), space.stepsBefore(b.id().value(), key))
        < 0;
  }
}
