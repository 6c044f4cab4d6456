package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.RingView.Status;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Ping;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JOIN, one message at a time. The node is number 100 on a circle of 256. */
final class JoiningTest {
  private static final CallFailure UNREACHABLE = new CallFailure.Unreachable("refused");
  private static final CallFailure TIMED_OUT = new CallFailure.TimedOut("silence");

  @Test
  void joinTakesThePlaceBetweenAMemberAndItsSuccessor() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://80"));
    assertEquals(Status.JOINING, stage.node().view().status());
    stage.answer(80, Route.class, new RingResponse.Owner(peer(90), peer(120)));
    stage.answer(90, GetState.class, state(90, 80, 120, 140, 160));
    RingView view = stage.node().view();
    assertEquals(Status.MEMBER, view.status());
    assertEquals(peer(90), view.predecessor());
    assertEquals(peers(120, 140, 160), view.successors());
  }

  @Test
  void joiningARingOfOneMakesARingOfTwo() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://80"));
    stage.answer(80, Route.class, new RingResponse.Owner(peer(80), peer(80)));
    stage.answer(80, GetState.class, state(80, null));
    assertEquals(peers(80), stage.node().view().successors());
    assertEquals(peer(80), stage.node().view().predecessor());
  }

  @Test
  void aPlaceThatIsNotFreeIsNotTaken() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://80"));
    stage.answer(80, Route.class, new RingResponse.Owner(peer(80), peer(100)));
    // The ring still lists an earlier life of this node.
    stage.answer(80, GetState.class, state(80, 60, 100, 120, 140));
    assertEquals(Status.JOINING, stage.node().view().status());
    assertEquals(List.of("did not join"), stage.events());
    stage.untilItCalls();
    stage.answer(80, Route.class, new RingResponse.Owner(peer(80), peer(120)));
    stage.answer(80, GetState.class, state(80, 60, 120, 140, 160));
    assertEquals(Status.MEMBER, stage.node().view().status());
  }

  @Test
  void seedsAreAskedOneAfterTheOtherBeforeAPauseForAsLongAsItTakes() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://1", "test://2", "test://100"));
    for (int pass = 0; pass < 50; pass++) {
      stage.untilItCalls();
      stage.fail(1, Route.class, pass % 3 == 0 ? TIMED_OUT : UNREACHABLE);
      stage.fail(2, Route.class, UNREACHABLE);
      assertTrue(stage.isQuiet());
    }
    assertEquals(Status.JOINING, stage.node().view().status());
    assertEquals(100, stage.events().size());
  }

  @Test
  void aBusyPredecessorIsAskedAgainSoon() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://1", "test://2"));
    stage.answer(1, Route.class, new RingResponse.Owner(peer(80), peer(120)));
    stage.answer(80, GetState.class, new RingResponse.Busy());
    stage.pass(Stage.CONFIG.stabilizeInterval().dividedBy(2));
    assertEquals(List.of(), stage.events());
    stage.answer(80, GetState.class, state(80, 60, 120, 140, 160));
    assertEquals(Status.MEMBER, stage.node().view().status());
  }

  @Test
  void aPredecessorThatStaysBusyIsLookedUpAgain() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://1", "test://2"));
    stage.answer(1, Route.class, new RingResponse.Owner(peer(80), peer(120)));
    for (int i = 0; i < 9; i++) {
      stage.untilItCalls();
      stage.answer(80, GetState.class, new RingResponse.Busy());
    }
    assertEquals(List.of("did not join"), stage.events());
    stage.untilItCalls();
    stage.expect(2, Route.class);
  }

  @Test
  void aNodeThatStopsWhileItWaitsForABusyOneAsksNoMore() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://1"));
    stage.answer(1, Route.class, new RingResponse.Owner(peer(80), peer(120)));
    stage.answer(80, GetState.class, new RingResponse.Busy());
    stage.node().stop();
    stage.pass(Duration.ofMinutes(1));
    assertTrue(stage.isQuiet());
  }

  @Test
  void whoIsJoiningIsNoMemberForOthers() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://80"));
    for (RingQuery query : List.of(new Ping(), new GetState(), new Notify(peer(90)))) {
      RingResponse.Refused refused = assertInstanceOf(RingResponse.Refused.class, stage.ask(query));
      assertEquals(RefusalReason.NOT_MEMBER, refused.reason());
    }
  }
}
