package dev.arpeggio.chord;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member said of its neighbourhood.
 *
 * @param self the member
 * @param predecessor null if it knows none
 * @param successors as in {@link RingView}
 */
public record MemberState(Peer self, @Nullable Peer predecessor, List<Peer> successors) {
  public MemberState {
    successors = List.copyOf(successors);
  }
}
