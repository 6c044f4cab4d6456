package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Ping;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How soon a node takes the place of a predecessor that died. It is number 100, behind 80. */
final class ClaimTest {
  private static final CallFailure UNREACHABLE = new CallFailure.Unreachable("refused");
  private static final CallFailure TIMED_OUT = new CallFailure.TimedOut("silence");

  private final Stage stage = Stage.member();
  private final List<String> answers = new ArrayList<>();

  @Test
  void whatSilenceHasToldNeedsNoFurtherPing() {
    untilItPings();
    stage.fail(80, Ping.class, TIMED_OUT);
    assertEquals(peer(80), stage.node().view().predecessor(), "silence alone replaces nobody");
    stage.drop(Route.class);
    stage.ask(new Notify(peer(60)));
    assertEquals(peer(60), stage.node().view().predecessor());
  }

  @Test
  void aClaimWaitsForThePingThatIsUnderWay() {
    untilItPings();
    Stage.Call ping = stage.expect(80, Ping.class);
    stage.drop(Route.class);
    stage.ask(new Notify(peer(60)));
    assertTrue(stage.isQuiet(), "no second ping");
    assertEquals(peer(80), stage.node().view().predecessor());
    ping.callback().failed(TIMED_OUT);
    assertEquals(peer(60), stage.node().view().predecessor());
  }

  @Test
  void whoHasSpokenSinceIsPingedAgain() {
    untilItPings();
    stage.fail(80, Ping.class, TIMED_OUT);
    stage.drop(Route.class);
    stage.ask(new Notify(peer(80)));
    stage.ask(new Notify(peer(60)));
    stage.answer(80, Ping.class, new RingResponse.Alive(peer(80)));
    assertEquals(peer(80), stage.node().view().predecessor());
  }

  @Test
  void aPredecessorThatNotifiesIsNotPinged() {
    for (int i = 0; i < 50; i++) {
      stage.ask(new Notify(peer(80)));
      round();
      assertTrue(stage.isQuiet());
    }
  }

  @Test
  void whoeverIsTakenForTheOwnerLooksWhetherItsPredecessorIsDead() {
    lookup(70);
    stage.answer(160, Route.class, new RingResponse.Owner(peer(60), peer(100)));
    stage.fail(80, Ping.class, UNREACHABLE);
    assertEquals(List.of("100"), answers);
    assertEquals(peer(60), stage.node().view().predecessor());
  }

  @Test
  void whoeverIsTakenForTheOwnerNamesAPredecessorThatLives() {
    lookup(70);
    stage.answer(160, Route.class, new RingResponse.Owner(peer(60), peer(100)));
    stage.answer(80, Ping.class, new RingResponse.Alive(peer(80)));
    assertEquals(List.of("80"), answers);
    assertEquals(peer(80), stage.node().view().predecessor());
  }

  @Test
  void aStepUnderWayIsWaitedFor() {
    stage.untilItCalls();
    Stage.Call step = stage.expect(120, GetState.class);
    stage.drop(Route.class);
    lookup(70);
    stage.answer(160, Route.class, new RingResponse.Owner(peer(60), peer(100)));
    assertEquals(List.of(), answers);
    step.callback().succeeded(state(120, 100, 140, 160, 180));
    stage.drop(Notify.class);
    stage.fail(80, Ping.class, UNREACHABLE);
    assertEquals(List.of("100"), answers);
  }

  private void lookup(int key) {
    stage
        .node()
        .lookup(
            Stage.SPACE.of(key),
            new LookupCallback() {
              @Override
              public void succeeded(LookupResult result) {
                answers.add(Long.toString(result.owner().id().value()));
              }

              @Override
              public void failed(LookupException failure) {
                answers.add(failure.reason().name());
              }
            });
    stage.pass(Duration.ZERO);
  }

  private void round() {
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    stage.drop(Notify.class);
    stage.drop(Route.class);
  }

  /** Rounds in which the predecessor says nothing. */
  private void untilItPings() {
    for (int i = 0; i < 10 && !stage.nextIs("test://80", Ping.class); i++) {
      stage.untilItCalls();
      if (stage.nextIs("test://120", GetState.class)) {
        stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
      }
      stage.drop(Notify.class);
      stage.drop(Route.class);
    }
    assertTrue(stage.nextIs("test://80", Ping.class));
    // The step of the same round.
    Stage.Call ping = stage.expect(80, Ping.class);
    if (stage.nextIs("test://120", GetState.class)) {
      stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    }
    stage.drop(Notify.class);
    stage.drop(Route.class);
    stage.putBack(ping);
  }
}
