package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * That a finger which is right costs one question, and one which is wrong does not stay. The
 * farthest finger of the node stands for 228; the last time, 220 said that it is 230.
 */
final class FingerRefreshTest {
  private static final RingId PLACE = Stage.SPACE.of(228);

  private final Stage stage = refreshing();

  @Test
  void aFingerWhosePlaceIsUnchangedCostsOneQuestion() {
    stage.answer(220, Route.class, owner(220, 230));
    assertTrue(stage.isQuiet());
    assertEquals(peers(230, 160, 140, 120), contacts());
  }

  @Test
  void aNewOwnerTakesThePlace() {
    stage.answer(220, Route.class, owner(220, 229));
    assertTrue(stage.isQuiet());
    assertEquals(peers(229, 160, 140, 120), contacts());
  }

  @Test
  void aNewPredecessorIsFoundThroughTheOldOneAndAskedTheNextTime() {
    stage.answer(220, Route.class, new RingResponse.Closer(peers(225)));
    stage.answer(225, Route.class, owner(225, 230));
    assertTrue(stage.isQuiet());
    round();
    stage.answer(225, Route.class, owner(225, 230));
    assertTrue(stage.isQuiet());
  }

  @Test
  void aDeadPredecessorCostsATimeOutAndTheLookupStartsHere() {
    stage.fail(220, Route.class, new CallFailure.TimedOut("silence"));
    Stage.Call second = stage.expect(160, Route.class);
    assertEquals(new Route(PLACE, List.of(peer(220).id())), second.query());
    second.callback().succeeded(owner(160, 240));
    assertTrue(stage.isQuiet());
    assertEquals(peers(240, 160, 140, 120), contacts());
    round();
    stage.expect(160, Route.class);
  }

  @Test
  void aPredecessorThatWasNotFoundAgainIsNotAskedAgain() {
    stage.fail(220, Route.class, new CallFailure.Unreachable("refused"));
    for (int contact : new int[] {160, 140, 120}) {
      stage.fail(contact, Route.class, new CallFailure.Unreachable("refused"));
    }
    stage.drop(Route.class);
    round();
    stage.expect(160, Route.class);
  }

  private static Stage refreshing() {
    Stage stage = new Stage();
    stage
        .node()
        .startAt(
            new MemberState(peer(100), peer(80), peers(120, 140, 160)),
            List.of(new Finger(peer(220), peer(230))),
            List.of());
    answerRound(stage);
    return stage;
  }

  /** The next round, and as many more as it takes until the farthest finger's turn has come. */
  private void round() {
    for (int i = 0; i < 20; i++) {
      answerRound(stage);
      if (stage.nextIsAbout(PLACE)) {
        return;
      }
      stage.drop(Route.class);
    }
  }

  private static void answerRound(Stage stage) {
    stage.ask(new Notify(peer(80)));
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    stage.drop(Notify.class);
    stage.pass(Duration.ZERO);
  }

  private static RingResponse owner(int predecessor, int owner) {
    return new RingResponse.Owner(peer(predecessor), peer(owner));
  }

  /** Whom the node names to one who asks for a key far away. */
  private List<Peer> contacts() {
    RingResponse response = stage.ask(new Route(Stage.SPACE.of(255), List.of()));
    return ((RingResponse.Closer) response).candidates();
  }
}
