package dev.arpeggio.chord;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node believed about its neighbourhood at one instant. Immutable; may be handed to any
 * thread.
 *
 * @param status where the node is in its life
 * @param space the circle that the identifiers belong to
 * @param self the node
 * @param predecessor the member before it; null if unknown, and in a ring of one
 * @param successors the members after it in clockwise order, nearest first, without the node
 *     itself; shorter than the configured length in small rings and after failures; empty in a ring
 *     of one
 */
public record RingView(
    Status status, IdSpace space, Peer self, @Nullable Peer predecessor, List<Peer> successors) {
  /** Where a node is in its life. */
  public enum Status {
    /** Looking for its place; owns nothing. */
    JOINING,
    /** Part of a ring. */
    MEMBER,
    /** Has left or was stopped; owns nothing and never will again. */
    LEFT
  }

  public RingView {
    successors = List.copyOf(successors);
  }

  /**
   * Whether the node should serve the key: it is a member and the key lies on the arc from its
   * predecessor (excluded) to itself (included). A ring of one owns every key; a member of a larger
   * ring that does not know its predecessor owns none.
   */
  public boolean owns(RingId key) {
    if (status != Status.MEMBER) {
      return false;
    }
    return predecessor == null
        ? successors.isEmpty()
        : space.inRange(predecessor.id(), key, self.id());
  }
}
