package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery.Ping;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RouteTraceTest {
  private static final RingId KEY = Stage.SPACE.of(55);
  private static final CallFailure SILENCE = new CallFailure.TimedOut("silence");

  private final Stage stage = new Stage();
  private final List<RouteTrace.Step> steps = new ArrayList<>();
  private final List<Optional<Peer>> owners = new ArrayList<>();

  @Test
  void everyQuestionIsKeptWithItsTime() {
    trace();
    stage.pass(Duration.ofMillis(3));
    stage.answer(10, Route.class, closer(40, 30));
    stage.pass(Duration.ofMillis(5));
    stage.answer(40, Route.class, new RingResponse.Owner(peer(40), peer(60)));
    stage.answer(60, Ping.class, new RingResponse.Alive(peer(60)));
    assertEquals(List.of(Optional.of(peer(60))), owners);
    assertEquals(
        List.of(
            new RouteTrace.Step(
                "test://10",
                Duration.ofMillis(3),
                "names 2 nearer to the key, the nearest test://40"),
            new RouteTrace.Step(
                "test://40",
                Duration.ofMillis(5),
                "is the key's predecessor, and names as owner test://60"),
            new RouteTrace.Step("test://60", Duration.ZERO, "is there")),
        steps);
  }

  @Test
  void whoDoesNotAnswerIsLeftOut() {
    trace();
    stage.answer(10, Route.class, closer(40, 30));
    stage.fail(40, Route.class, SILENCE);
    Stage.Call again = stage.expect(10, Route.class);
    assertEquals(List.of(peer(40).id()), ((Route) again.query()).avoid());
    again.callback().succeeded(closer(30));
    stage.answer(30, Route.class, new RingResponse.Owner(peer(30), peer(60)));
    stage.fail(60, Ping.class, SILENCE);
    stage.answer(30, Route.class, new RingResponse.Owner(peer(30), peer(70)));
    stage.answer(70, Ping.class, new RingResponse.Alive(peer(70)));
    assertEquals(List.of(Optional.of(peer(70))), owners);
    assertEquals(7, steps.size());
  }

  @Test
  void anOwnerThatIsSomebodyElseByNowIsNone() {
    trace();
    stage.answer(10, Route.class, new RingResponse.Owner(peer(10), peer(60)));
    stage.answer(60, Ping.class, new RingResponse.Alive(peer(61)));
    stage.fail(10, Route.class, SILENCE);
    assertEquals(List.of(Optional.empty()), owners);
  }

  @Test
  void withoutAnAnswerThereIsNoOwner() {
    trace();
    stage.fail(10, Route.class, SILENCE);
    assertEquals(List.of(Optional.empty()), owners);
    assertTrue(steps.get(0).outcome().startsWith("did not answer: "), steps.toString());
  }

  @Test
  void nodesThatLeadInCirclesAreNotFollowedForEver() {
    trace();
    int most = Stage.CONFIG.lookupMaxHops();
    IntStream.range(0, most).forEach(i -> stage.answer(10, Route.class, closer(10)));
    assertEquals(List.of(Optional.empty()), owners);
    assertEquals(most, steps.size());
    assertTrue(stage.isQuiet());
  }

  private void trace() {
    new RouteTrace(stage, stage, Stage.SPACE, Stage.CONFIG)
        .trace(
            "test://10",
            KEY,
            (taken, owner) -> {
              steps.addAll(taken);
              owners.add(owner);
            });
  }

  private static RingResponse closer(int... nearestFirst) {
    return new RingResponse.Closer(peers(nearestFirst));
  }
}
