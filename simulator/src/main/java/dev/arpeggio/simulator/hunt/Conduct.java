package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.List;

/**
 * How each node behaves towards others, seen from the wire: rules of the protocol that no state of
 * the ring can show. They hold under every fault.
 *
 * <ul>
 *   <li>C1: who becomes first successor without having been in the list has answered in that very
 *       step, or was named in a farewell, or comes next in the list of one that answered and whose
 *       farewell had been waiting for the end of that step.
 *   <li>C2: a member that waits for another's state gives none of its own away.
 *   <li>C3: an owner is named only by the key's predecessor, and is its first successor of those
 *       that the asker does not avoid.
 * </ul>
 */
final class Conduct {
  private Conduct() {}

  /** C1, after an event of the node that changed its view. */
  static void checkAdoption(HuntedNode node, RingView before, RingView after) {
    if (before.status() != RingView.Status.MEMBER || after.successors().isEmpty()) {
      return;
    }
    Peer first = after.successors().get(0);
    boolean known =
        before.successors().contains(first)
            || node.bequeathed.contains(first.id())
            || node.heard.stream().anyMatch(state -> accountsFor(state, first, node));
    if (!known) {
      throw new BrokenRule("C1", node.self() + " adopted " + first + " unasked");
    }
  }

  private static boolean accountsFor(MemberState heard, Peer first, HuntedNode node) {
    return heard.self().equals(first)
        || (node.leavers.contains(heard.self().id()) && heard.successors().contains(first));
  }

  /** C2 and C3, at the moment of an answer. */
  static void checkAnswer(HuntedNode node, RingRequest request, RingResponse response) {
    if (response instanceof RingResponse.State && node.questions > 0) {
      throw new BrokenRule("C2", node.self() + " told its state in the middle of a step");
    }
    if (response instanceof RingResponse.Owner owner
        && request.query() instanceof RingQuery.Route route) {
      checkOwner(node.node().view(), route, owner);
    }
  }

  private static void checkOwner(RingView view, RingQuery.Route route, RingResponse.Owner answer) {
    List<Peer> left =
        view.successors().stream().filter(peer -> !route.avoid().contains(peer.id())).toList();
    Peer first = left.isEmpty() ? view.self() : left.get(0);
    RingId self = view.self().id();
    boolean right =
        answer.predecessor().equals(view.self())
            && answer.owner().equals(first)
            && view.space().inRange(self, route.key(), first.id());
    if (!right) {
      throw new BrokenRule(
          "C3", view.self() + " named " + answer.owner() + " owner of " + route.key());
    }
  }
}
