package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Ping;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That each figure is taken when what it counts happens. */
final class RingMetricsTest {
  private static final LookupCallback IGNORED =
      new LookupCallback() {
        @Override
        public void succeeded(LookupResult result) {}

        @Override
        public void failed(LookupException failure) {}
      };

  @Test
  void aLookupIsMeasuredFromItsStartToTheProofOfItsOwner() {
    Stage stage = measuredMember();
    stage.node().lookup(Stage.SPACE.of(200), IGNORED);
    stage.pass(Duration.ofMillis(3));
    stage.answer(160, Route.class, new RingResponse.Owner(peer(180), peer(220)));
    stage.pass(Duration.ofMillis(4));
    stage.answer(220, Ping.class, new RingResponse.Alive(peer(220)));
    assertEquals(List.of("found in 1 hops and 7 ms"), stage.figures());
  }

  @Test
  void aLookupThatFailsIsCountedOnceWithItsReason() {
    Stage stage = measuredMember();
    stage.node().lookup(Stage.SPACE.of(200), IGNORED);
    stage.node().stop();
    assertEquals(List.of("owns 0.0", "not found: STOPPED"), stage.figures());
  }

  @Test
  void timeoutsRoundsAndSuspicionsAreCounted() {
    Stage stage = measuredMember();
    stage.untilItCalls();
    stage.fail(120, GetState.class, new CallFailure.TimedOut("silence"));
    stage.drop(Route.class);
    stage.answer(120, GetState.class, state(120, 100, 140, 160, 180));
    assertEquals(List.of("round", "timed out", "suspected"), stage.figures());
  }

  @Test
  void theShareOfTheCircleFollowsThePredecessor() {
    Stage stage = measuredMember();
    stage.ask(new Notify(peer(91)));
    assertEquals(List.of("owns " + 9 / 256.0), stage.figures());
  }

  @Test
  void aRingOfOneOwnsTheWholeCircle() {
    Stage stage = new Stage();
    stage.node().start(List.of());
    assertEquals(List.of("owns 1.0"), stage.figures());
  }

  private static Stage measuredMember() {
    Stage stage = Stage.member();
    stage.figures();
    return stage;
  }
}
