package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static dev.arpeggio.chord.Stage.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.RingQuery.GetState;
import dev.arpeggio.chord.transport.RingQuery.Notify;
import dev.arpeggio.chord.transport.RingQuery.Route;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How a member finds another ring, and what it does then. The node is number 100 between 80 and
 * 120, its farthest finger is 230, and its seed is 7.
 */
final class ReunionTest {
  private final Stage stage = member(List.of("test://7", "test://80"));

  @Test
  void whoFollowsInTheOtherRingIsACandidateIfItIsNearerThanTheFirstSuccessor() {
    untilItProbes();
    stage.answer(7, Route.class, new RingResponse.Owner(peer(95), peer(105)));
    stage.answer(105, GetState.class, state(105, 95, 125, 145));
    assertEquals(peers(105, 125, 145), stage.node().view().successors());
    assertEquals(new Notify(peer(100)), stage.expect(105, Notify.class).query());
  }

  @Test
  void whoFollowsBehindTheFirstSuccessorIsNotAdoptedButToldOfTheNode() {
    untilItProbes();
    stage.answer(7, Route.class, new RingResponse.Owner(peer(95), peer(130)));
    assertEquals(new Notify(peer(100)), stage.expect(130, Notify.class).query());
    assertEquals(peers(120, 140, 160), stage.node().view().successors());
  }

  @Test
  void inOneRingNobodyIsTold() {
    untilItProbes();
    stage.answer(7, Route.class, new RingResponse.Owner(peer(80), peer(100)));
    assertTrue(stage.isQuiet());
  }

  @Test
  void seedsAndFingersAreAskedByTurnsAndNeighboursNever() {
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      untilItProbes();
      Stage.Call probe = stage.expectAny();
      asked.add(probe.address());
      probe.callback().succeeded(new RingResponse.Owner(peer(80), peer(100)));
    }
    List<String> both = List.of("test://7", "test://230");
    assertEquals(List.of(both, both, both).stream().flatMap(List::stream).toList(), asked);
  }

  @Test
  void whoHasNoSeedAndLostNobodyAsksNobody() {
    Stage alone = member(List.of());
    for (int i = 0; i < 100; i++) {
      alone.untilItCalls();
      assertFalse(alone.nextIsAbout(peer(100).id()));
      answer(alone);
    }
  }

  private static Stage member(List<String> seeds) {
    Stage stage = new Stage();
    stage
        .node()
        .startAt(
            new MemberState(peer(100), peer(80), peers(120, 140, 160)),
            List.of(new Finger(peer(220), peer(230)), new Finger(peer(160), peer(160))),
            seeds);
    return stage;
  }

  /** Answers what is asked in rounds, until the node asks somebody about its own place. */
  private void untilItProbes() {
    for (int i = 0; i < 1000; i++) {
      stage.untilItCalls();
      if (stage.nextIsAbout(peer(100).id())) {
        return;
      }
      answer(stage);
    }
    throw new AssertionError("the node looks for no other ring");
  }

  /** Answers a question of a round. */
  private static void answer(Stage stage) {
    Stage.Call call = stage.expectAny();
    if (call.query() instanceof GetState) {
      call.callback().succeeded(state(120, 100, 140, 160, 180));
      stage.drop(Notify.class);
    } else if (call.query() instanceof Route) {
      call.callback().succeeded(new RingResponse.Owner(peer(220), peer(230)));
    }
  }
}
