package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.RingResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's answer to "who owns this key?". On the loop.
 *
 * <p>Invariant: an owner is named only for keys between the node and its first successor that is
 * not known dead. Entries further down the list, and fingers, lead nearer to the key but never
 * decide: answering from deeper in the list is what makes lookups wrong under churn.
 */
final class Router {
  private final Neighbourhood neighbourhood;
  private final FingerTable fingers;
  private final ProtocolRules rules;

  Router(Neighbourhood neighbourhood, FingerTable fingers, ProtocolRules rules) {
    this.neighbourhood = neighbourhood;
    this.fingers = fingers;
    this.rules = rules;
  }

  /**
   * {@link RingResponse.Owner}, {@link RingResponse.Closer}, or {@link RingResponse.Busy} while no
   * successor is known.
   */
  RingResponse route(RingId key, List<RingId> avoid) {
    Peer self = neighbourhood.self();
    Peer first = firstExcept(avoid);
    if (first == null) {
      boolean alone = neighbourhood.successors().isEmpty() && neighbourhood.predecessor() == null;
      return alone ? new RingResponse.Owner(self, self) : new RingResponse.Busy();
    }
    Peer owner =
        rules.owner(neighbourhood.space(), self, key, first, neighbourhood.successors(), fingers);
    if (owner != null) {
      return new RingResponse.Owner(self, owner);
    }
    return new RingResponse.Closer(between(self.id(), key, avoid));
  }

  /**
   * The known node that follows this one most closely, leaving the successor list aside; null if
   * there is none.
   */
  @Nullable Peer nearestContact() {
    Nearest nearest = new Nearest();
    fingers.forEach(nearest::offer);
    Peer predecessor = neighbourhood.predecessor();
    if (predecessor != null) {
      nearest.offer(predecessor);
    }
    return nearest.peer;
  }

  private @Nullable Peer firstExcept(List<RingId> avoid) {
    for (Peer peer : neighbourhood.successors()) {
      if (!avoid.contains(peer.id())) {
        return peer;
      }
    }
    return null;
  }

  private List<Peer> between(RingId self, RingId key, List<RingId> avoid) {
    Candidates candidates =
        new Candidates(neighbourhood.space(), self, key, avoid, RingResponse.Closer.MAX_CANDIDATES);
    fingers.offerTo(candidates);
    for (Peer peer : neighbourhood.successors()) {
      candidates.offer(peer.id().value(), peer);
    }
    return candidates.nearestFirst();
  }

  private final class Nearest {
    private @Nullable Peer peer;

    void offer(Peer candidate) {
      IdSpace space = neighbourhood.space();
      RingId self = neighbourhood.self().id();
      if (!candidate.id().equals(self)
          && (peer == null || space.between(self, candidate.id(), peer.id()))) {
        peer = candidate;
      }
    }
  }
}
