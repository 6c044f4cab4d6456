package dev.arpeggio.chord;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of the protocol that published implementations get wrong, in one place, so that the
 * simulator can plant those mistakes and show that it finds them. Production nodes follow {@link
 * #CORRECT}; nothing outside this package can give a node other rules. On the loop.
 */
class ProtocolRules {
  static final ProtocolRules CORRECT = new ProtocolRules();

  /** JOIN: whether there is room for {@code self} behind its predecessor-to-be. */
  boolean isFree(IdSpace space, Peer predecessor, Peer self, Peer first) {
    return space.between(predecessor.id(), self.id(), first.id());
  }

  /** JOIN: the predecessor that a new member begins with. */
  @Nullable Peer joinedBehind(Peer predecessor) {
    return predecessor;
  }

  /** JOIN: what a new member's list begins with, besides the first successor. */
  List<Peer> joinedWith(List<Peer> rest) {
    return rest;
  }

  /** The list of a node whose first successor is alive and has the list {@code rest}. */
  List<Peer> follow(IdSpace space, Peer self, int length, Peer first, List<Peer> rest) {
    return Successors.follow(space, self, length, first, rest);
  }

  /** The list after the death of its first entry. */
  List<Peer> withoutFirst(IdSpace space, Peer self, List<Peer> list, @Nullable Peer predecessor) {
    return Successors.withoutFirst(list);
  }

  /** The list after the farewell of one of its entries. */
  List<Peer> withoutLeaver(
      IdSpace space, Peer self, int length, List<Peer> list, MemberState leaver) {
    return Successors.withoutLeaver(space, self, length, list, leaver);
  }

  /** STABILIZE, step 1: whether the node should become the first successor. */
  boolean isNearer(IdSpace space, Peer self, Peer candidate, @Nullable Peer first) {
    return space.between(self.id(), candidate.id(), first == null ? self.id() : first.id());
  }

  /** STABILIZE, step 2: whether a candidate is adopted only after it has answered. */
  boolean asksBeforeAdoption() {
    return true;
  }

  /** STABILIZE: whether the first successor is told of this node. */
  boolean notifies(Peer first, boolean afterDeath) {
    return true;
  }

  /** STABILIZE: whether "busy" is an answer of the living. */
  boolean busyIsAlive() {
    return true;
  }

  /** RECTIFY: whether a predecessor that looks nearer than the notifier has to prove its life. */
  boolean pingsPredecessor() {
    return true;
  }

  /** Whether a node in the middle of a step keeps its state to itself. */
  boolean hidesStateWhileBusy() {
    return true;
  }

  /** Whether members look for other rings. */
  boolean reunites() {
    return true;
  }

  /**
   * The owner of the key, if this node may say so: only the key's predecessor may.
   *
   * @param first the first successor that the asker does not avoid
   * @param successors the whole list
   */
  @Nullable Peer owner(
      IdSpace space,
      Peer self,
      RingId key,
      Peer first,
      List<Peer> successors,
      FingerTable fingers) {
    return space.inRange(self.id(), key, first.id()) ? first : null;
  }
}
