package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.RingView.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RingViewTest {
  private static final IdSpace SPACE = new IdSpace(4);

  @Test
  void aMemberOwnsFromItsPredecessorToItself() {
    RingView view = view(Status.MEMBER, peer(14), peer(5));
    assertFalse(view.owns(SPACE.of(14)));
    assertTrue(view.owns(SPACE.of(15)));
    assertTrue(view.owns(SPACE.of(2)));
    assertFalse(view.owns(SPACE.of(3)));
  }

  @Test
  void aRingOfOneOwnsEverything() {
    RingView view = view(Status.MEMBER, null);
    for (int key = 0; key < 16; key++) {
      assertTrue(view.owns(SPACE.of(key)));
    }
  }

  @Test
  void aMemberThatDoesNotKnowItsPredecessorOwnsNothing() {
    assertFalse(view(Status.MEMBER, null, peer(5)).owns(SPACE.of(2)));
  }

  @Test
  void onlyMembersOwn() {
    assertFalse(view(Status.JOINING, null).owns(SPACE.of(2)));
    assertFalse(view(Status.LEFT, peer(14), peer(5)).owns(SPACE.of(2)));
  }

  private static RingView view(Status status, @Nullable Peer predecessor, Peer... successors) {
    return new RingView(status, SPACE, peer(2), predecessor, List.of(successors));
  }

  private static Peer peer(int id) {
    return new Peer(SPACE.of(id), "test://" + id);
  }
}
