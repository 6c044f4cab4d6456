package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RingWalkTest {
  private final Stage stage = new Stage();
  private @Nullable List<Peer> members;
  private @Nullable List<String> problems;

  @Test
  void aWalkGoesOnceAroundAndFindsAnIdealRingIdeal() {
    walk(10);
    stage.answer(10, GetState.class, state(10, 30, 20, 30));
    stage.answer(20, GetState.class, new RingResponse.Busy());
    stage.untilItCalls();
    stage.answer(20, GetState.class, state(20, 10, 30, 10));
    stage.answer(30, GetState.class, state(30, 20, 10, 20));
    assertEquals(List.of(peer(10), peer(20), peer(30)), members);
    assertEquals(List.of(), problems);
    assertTrue(stage.isQuiet());
  }

  @Test
  void aWalkAroundARingOfOneEndsAtOnce() {
    walk(10);
    stage.answer(10, GetState.class, state(10, null));
    assertEquals(List.of(peer(10)), members);
    assertEquals(List.of(), problems);
  }

  @Test
  void aRingThatIsNotIdealHasProblems() {
    walk(10);
    stage.answer(10, GetState.class, state(10, 20, 20));
    stage.answer(20, GetState.class, state(20, null, 10));
    assertEquals(1, problemCount());
  }

  @Test
  void aMemberThatDoesNotAnswerEndsTheWalk() {
    walk(10);
    stage.answer(10, GetState.class, state(10, 30, 20, 30));
    stage.fail(20, GetState.class, new CallFailure.TimedOut("silence"));
    assertEquals(List.of(peer(10)), members);
    assertEquals(1, problemCount());
  }

  @Test
  void aMemberThatIsAlwaysBusyEndsTheWalk() {
    walk(10);
    for (int i = 0; i < 20; i++) {
      stage.untilItCalls();
      stage.answer(10, GetState.class, new RingResponse.Busy());
    }
    assertEquals(1, problemCount());
  }

  @Test
  void aWalkThatDoesNotLeadBackEnds() {
    walk(10);
    stage.answer(10, GetState.class, state(10, null, 20));
    stage.answer(20, GetState.class, state(20, 30, 30));
    stage.answer(30, GetState.class, state(30, 20, 20));
    assertEquals(1, problemCount());
  }

  @Test
  void aWalkIsBounded() {
    walk(2);
    stage.answer(10, GetState.class, state(10, null, 20));
    stage.answer(20, GetState.class, state(20, 10, 30));
    assertEquals(1, problemCount());
    assertTrue(stage.isQuiet());
  }

  private void walk(int maxMembers) {
    new RingWalk(stage, stage, Stage.SPACE, Stage.CONFIG)
        .walk(
            "test://10",
            maxMembers,
            (found, wrong) -> {
              members = found.stream().map(MemberState::self).toList();
              problems = wrong;
            });
  }

  private int problemCount() {
    return problems == null ? -1 : problems.size();
  }
}
