package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.RingView.Status;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Leave;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Ping;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The protocol's steps, one message at a time. The node is number 100 on a circle of 256. */
final class ChordNodeTest {
  private static final CallFailure UNREACHABLE = new CallFailure.Unreachable("refused");
  private static final CallFailure TIMED_OUT = new CallFailure.TimedOut("silence");

  // ---- a place known beforehand ----

  @Test
  void aNodeWithAKnownPlaceServesAtOnceAndAsksItsSuccessorWithinARound() {
    Stage stage = new Stage();
    stage
        .node()
        .startAt(
            new MemberState(peer(100), peer(80), peers(120, 140, 160)),
            List.of(new Finger(peer(220), peer(230))),
            List.of());
    assertEquals(Status.MEMBER, stage.node().view().status());
    assertTrue(stage.isQuiet());
    assertEquals(
        new RingResponse.Owner(peer(100), peer(120)),
        stage.ask(new Route(Stage.SPACE.of(110), List.of())));
    assertEquals(
        new RingResponse.Closer(peers(230, 160, 140, 120)),
        stage.ask(new Route(Stage.SPACE.of(250), List.of())));
    stage.pass(Stage.CONFIG.stabilizeInterval());
    stage.expect(120, GetState.class);
  }

  @Test
  void aNodeCannotTakeAnothersPlace() {
    Stage stage = new Stage();
    MemberState other = new MemberState(peer(80), peer(60), peers(100));
    assertThrows(
        IllegalArgumentException.class, () -> stage.node().startAt(other, List.of(), List.of()));
  }

  // ---- a ring of one ----

  @Test
  void withoutOtherSeedsANodeIsARingOfOne() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://100"));
    assertEquals(Status.MEMBER, stage.node().view().status());
    assertTrue(stage.node().view().owns(Stage.SPACE.of(7)));
    assertThrows(IllegalStateException.class, () -> stage.node().start(List.of()));
  }

  // ---- the atomicity rule ----

  @Test
  void whileAStepIsUnderWayStateIsNotToldButPingsAreAnswered() {
    Stage stage = Stage.member();
    assertInstanceOf(RingResponse.State.class, stage.ask(new GetState()));
    stage.untilItCalls();
    assertEquals(new RingResponse.Busy(), stage.ask(new GetState()));
    assertEquals(new RingResponse.Alive(peer(100)), stage.ask(new Ping()));
    stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    assertInstanceOf(RingResponse.State.class, stage.ask(new GetState()));
  }

  @Test
  void whatWouldChangeTheStateWaitsForTheEndOfTheStep() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    assertEquals(new RingResponse.Accepted(), stage.ask(new Notify(peer(90))));
    assertEquals(peer(80), stage.node().view().predecessor());
    stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    assertEquals(peer(90), stage.node().view().predecessor());
  }

  @Test
  void aBusySuccessorIsAliveAndAskedAgainSoon() {
    Stage stage = Stage.member();
    for (int i = 0; i < 10; i++) {
      stage.untilItCalls();
      stage.answer(120, GetState.class, new RingResponse.Busy());
      stage.drop(Route.class);
      assertInstanceOf(RingResponse.State.class, stage.ask(new GetState()));
    }
    assertEquals(peers(120, 140, 160), stage.node().view().successors());
    assertEquals(List.of(), stage.events());
  }

  // ---- STABILIZE ----

  @Test
  void theSuccessorsListIsTakenOverEveryRound() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(120, 100, 130, 140, 160));
    assertEquals(peers(120, 130, 140), stage.node().view().successors());
    stage.drop(Route.class);
    stage.expect(120, Notify.class);
  }

  @Test
  void aNearerSuccessorIsAdoptedOnceItHasAnswered() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(120, 110, 140, 160, 180));
    assertEquals(peers(120, 140, 160), stage.node().view().successors());
    assertEquals(new RingResponse.Busy(), stage.ask(new GetState()));
    stage.drop(Route.class);
    stage.answer(110, GetState.class, state(110, 80, 120, 140, 160));
    assertEquals(peers(110, 120, 140), stage.node().view().successors());
    stage.drop(Route.class);
    stage.expect(110, Notify.class);
  }

  @Test
  void aNearerSuccessorThatIsDeadIsNotAdopted() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(120, 110, 140, 160, 180));
    stage.drop(Route.class);
    stage.fail(110, GetState.class, UNREACHABLE);
    assertEquals(peers(120, 140, 160), stage.node().view().successors());
    stage.expect(120, Notify.class);
  }

  @Test
  void aRefusedConnectionIsADeathAtOnce() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.fail(120, GetState.class, UNREACHABLE);
    assertEquals(peers(140, 160), stage.node().view().successors());
    assertEquals(List.of("gone 120"), stage.events());
    stage.drop(Route.class);
    stage.expect(140, Notify.class);
  }

  @Test
  void oneTimeOutIsASuspicionTheSecondADeath() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.fail(120, GetState.class, TIMED_OUT);
    assertEquals(List.of("suspects 120"), stage.events());
    assertEquals(peers(120, 140, 160), stage.node().view().successors());
    stage.drop(Route.class);
    stage.fail(120, GetState.class, TIMED_OUT);
    assertEquals(List.of("suspects 120", "gone 120"), stage.events());
    assertEquals(peers(140, 160), stage.node().view().successors());
  }

  @Test
  void anotherNodeAtTheAddressIsNotTheSuccessor() {
    Stage stage = Stage.member();
    stage.untilItCalls();
    stage.answer(120, GetState.class, state(121, 100, 140, 160, 180));
    assertEquals(peers(140, 160), stage.node().view().successors());
  }

  // ---- RECTIFY ----

  @Test
  void aNearerPredecessorIsAcceptedAtOnce() {
    Stage stage = Stage.member();
    stage.ask(new Notify(peer(95)));
    stage.pass(Duration.ZERO);
    assertEquals(peer(95), stage.node().view().predecessor());
    assertEquals(List.of("lost 80 to 95"), stage.events());
    assertTrue(stage.isQuiet());
  }

  @Test
  void aFartherPredecessorReplacesADeadOneOnly() {
    Stage stage = Stage.member();
    stage.ask(new Notify(peer(60)));
    assertEquals(new RingResponse.Busy(), stage.ask(new GetState()));
    stage.answer(80, Ping.class, new RingResponse.Alive(peer(80)));
    assertEquals(peer(80), stage.node().view().predecessor());
    stage.ask(new Notify(peer(60)));
    stage.fail(80, Ping.class, UNREACHABLE);
    assertEquals(peer(60), stage.node().view().predecessor());
    assertEquals(List.of("gained 60 to 80", "gone 80"), stage.events());
  }

  @Test
  void aPredecessorIsSuspectedBeforeItIsReplaced() {
    Stage stage = Stage.member();
    stage.ask(new Notify(peer(60)));
    stage.fail(80, Ping.class, TIMED_OUT);
    assertEquals(peer(80), stage.node().view().predecessor());
    stage.fail(80, Ping.class, TIMED_OUT);
    assertEquals(peer(60), stage.node().view().predecessor());
  }

  // ---- lookups ----

  @Test
  void onlyKeysBeforeTheFirstSuccessorAreResolved() {
    Stage stage = Stage.member();
    for (int key = 0; key < 256; key++) {
      RingResponse response = stage.ask(new Route(Stage.SPACE.of(key), List.of()));
      if (key > 100 && key <= 120) {
        assertEquals(new RingResponse.Owner(peer(100), peer(120)), response);
      } else {
        RingResponse.Closer closer = assertInstanceOf(RingResponse.Closer.class, response);
        for (Peer candidate : closer.candidates()) {
          assertTrue(Stage.SPACE.between(Stage.SPACE.of(100), candidate.id(), Stage.SPACE.of(key)));
        }
      }
    }
  }

  @Test
  void whoTheAskerFoundDeadIsLeftOut() {
    Stage stage = Stage.member();
    assertEquals(
        new RingResponse.Owner(peer(100), peer(140)),
        stage.ask(new Route(Stage.SPACE.of(110), List.of(Stage.SPACE.of(120)))));
  }

  @Test
  void aLookupGoesAroundADeadContactAndChecksTheOwner() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(150), answers);
    stage.fail(140, Route.class, TIMED_OUT);
    Route second = (Route) stage.expect(120, Route.class).query();
    assertEquals(List.of(Stage.SPACE.of(140)), second.avoid());
    assertEquals(0, answers.count());

    Stage other = Stage.member();
    other.node().lookup(Stage.SPACE.of(150), answers);
    other.answer(140, Route.class, new RingResponse.Owner(peer(140), peer(160)));
    other.fail(160, Ping.class, UNREACHABLE);
    other.answer(140, Route.class, new RingResponse.Owner(peer(140), peer(180)));
    other.answer(180, Ping.class, new RingResponse.Alive(peer(180)));
    assertEquals(List.of(new LookupResult(peer(180), 1)), answers.results);
  }

  @Test
  void anOwnerThatIsSlowOnceIsStillTheOwner() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(150), answers);
    stage.answer(140, Route.class, new RingResponse.Owner(peer(140), peer(160)));
    stage.fail(160, Ping.class, TIMED_OUT);
    stage.answer(160, Ping.class, new RingResponse.Alive(peer(160)));
    assertEquals(List.of(new LookupResult(peer(160), 1)), answers.results);
  }

  @Test
  void anOwnerThatStaysSilentIsPassedOver() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(150), answers);
    stage.answer(140, Route.class, new RingResponse.Owner(peer(140), peer(160)));
    stage.fail(160, Ping.class, TIMED_OUT);
    stage.fail(160, Ping.class, TIMED_OUT);
    Route again = (Route) stage.expect(140, Route.class).query();
    assertEquals(List.of(peer(160).id()), again.avoid());
  }

  @Test
  void aNodeWhoseContactsAreAllDeadIsAskedAgainBeforeThoseBehindIt() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(170), answers);
    stage.answer(160, Route.class, new RingResponse.Closer(peers(165)));
    stage.fail(165, Route.class, TIMED_OUT);
    Stage.Call again = stage.expect(160, Route.class);
    assertEquals(new Route(Stage.SPACE.of(170), List.of(peer(165).id())), again.query());
    again.callback().succeeded(new RingResponse.Owner(peer(160), peer(180)));
    stage.answer(180, Ping.class, new RingResponse.Alive(peer(180)));
    assertEquals(List.of(new LookupResult(peer(180), 1)), answers.results);
  }

  @Test
  void aLookupEndsOnceEvenWhenTheNodeStops() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(150), answers);
    stage.node().stop();
    stage.fail(140, Route.class, TIMED_OUT);
    assertEquals(1, answers.count());
    assertEquals(LookupException.Reason.STOPPED, answers.failures.get(0).reason());
    assertFalse(answers.failures.get(0).isRetryable());
  }

  @Test
  void aLookupWithoutARouteFailsAfterItsAttempts() {
    Stage stage = Stage.member();
    Answers answers = new Answers();
    stage.node().lookup(Stage.SPACE.of(110), answers);
    for (int i = 0; i < 100 && answers.count() == 0; i++) {
      stage.untilItCalls();
      while (!stage.isQuiet()) {
        stage.drop(Route.class);
        stage.drop(Notify.class);
        stage.drop(GetState.class);
        if (!stage.isQuiet()) {
          stage.expectAny().callback().failed(UNREACHABLE);
        }
      }
    }
    assertEquals(1, answers.count());
    assertEquals(LookupException.Reason.NO_ROUTE, answers.failures.get(0).reason());
  }

  // ---- farewells ----

  @Test
  void aLeaverTellsBothNeighboursAndIsDoneOnce() {
    Stage stage = Stage.member();
    AtomicInteger done = new AtomicInteger();
    stage.node().leave(done::incrementAndGet);
    assertEquals(Status.LEFT, stage.node().view().status());
    assertFalse(stage.node().view().owns(Stage.SPACE.of(90)));
    stage.answer(80, Leave.class, new RingResponse.Accepted());
    assertEquals(0, done.get());
    stage.fail(120, Leave.class, TIMED_OUT);
    assertEquals(1, done.get());
    assertEquals(RefusalReason.NOT_MEMBER, refusal(stage.ask(new Ping())));
    stage.pass(Duration.ofMinutes(1));
    assertTrue(stage.isQuiet());
    stage.node().leave(done::incrementAndGet);
    assertEquals(2, done.get());
  }

  @Test
  void aLeavingSuccessorIsTakenOutAndTheNextAskedSoon() {
    Stage stage = Stage.member();
    stage.ask(new Leave(new MemberState(peer(120), peer(100), peers(140, 160, 180))));
    assertEquals(peers(140, 160), stage.node().view().successors());
    stage.untilItCalls();
    stage.answer(140, GetState.class, state(140, 100, 160, 180, 200));
    assertEquals(peers(140, 160, 180), stage.node().view().successors());
  }

  @Test
  void aLeavingPredecessorIsReplacedByItsOwn() {
    Stage stage = Stage.member();
    stage.ask(new Leave(new MemberState(peer(80), peer(60), peers(100, 120, 140))));
    stage.pass(Duration.ZERO);
    assertEquals(peer(60), stage.node().view().predecessor());
    assertEquals(List.of("gained 60 to 80", "gone 80"), stage.events());
  }

  @Test
  void whenTheOtherOfTwoLeavesOneIsLeft() {
    Stage stage = new Stage();
    stage.node().start(List.of("test://80"));
    stage.answer(80, Route.class, new RingResponse.Owner(peer(80), peer(80)));
    stage.answer(80, GetState.class, state(80, null));
    stage.answer(80, GetState.class, state(80, 100, 100));
    stage.ask(new Leave(new MemberState(peer(80), peer(100), peers(100))));
    assertNull(stage.node().view().predecessor());
    assertEquals(List.of(), stage.node().view().successors());
    assertTrue(stage.node().view().owns(Stage.SPACE.of(7)));
  }

  // ---- handshakes ----

  @Test
  void strangersAreRefusedWithTheReason() {
    Stage stage = Stage.member();
    Handshake own = Stage.CONFIG.handshake(Stage.SPACE);
    assertEquals(
        RefusalReason.OTHER_RING,
        refusal(stage.ask(new Handshake("other", 8, own.protocolVersion()), new Ping())));
    assertEquals(
        RefusalReason.OTHER_ID_BITS,
        refusal(stage.ask(new Handshake(own.ringName(), 64, own.protocolVersion()), new Ping())));
    assertEquals(
        RefusalReason.OTHER_VERSION,
        refusal(
            stage.ask(new Handshake(own.ringName(), 8, own.protocolVersion() + 1), new Ping())));
  }

  private static RefusalReason refusal(RingResponse response) {
    return assertInstanceOf(RingResponse.Refused.class, response).reason();
  }

  private static final class Answers implements LookupCallback {
    private final List<LookupResult> results = new ArrayList<>();
    private final List<LookupException> failures = new ArrayList<>();

    @Override
    public void succeeded(LookupResult result) {
      results.add(result);
    }

    @Override
    public void failed(LookupException failure) {
      failures.add(failure);
    }

    int count() {
      return results.size() + failures.size();
    }
  }
}
