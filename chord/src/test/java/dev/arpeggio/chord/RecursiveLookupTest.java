package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingQuery.Forward;
import dev.arpeggio.chord.transport.RingQuery.Found;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That lookups that are passed on find what lookups that are driven find, only sooner. */
final class RecursiveLookupTest {
  private static final ChordConfig ITERATIVE = ChordConfig.lan();
  private static final ChordConfig RECURSIVE = ITERATIVE.withLookupStyle(LookupStyle.RECURSIVE);
  private static final int SIZE = 48;

  @Test
  void bothStylesFindTheSameOwnersOverTheSameHops() {
    for (int size : new int[] {1, 2, 3, 5, SIZE}) {
      VirtualRing iterative = quiet(size, ITERATIVE);
      VirtualRing recursive = quiet(size, RECURSIVE);
      for (int i = 0; i < 300; i++) {
        assertEquals(iterative.lookup(i % size, key(i)), recursive.lookup(i % size, key(i)));
      }
    }
  }

  @Test
  void passingOnIsQuicker() {
    assertTrue(
        latency(RECURSIVE).multipliedBy(10).compareTo(latency(ITERATIVE).multipliedBy(9)) < 0,
        () -> latency(RECURSIVE) + " against " + latency(ITERATIVE));
  }

  @Test
  void rightAfterDeathsBothStylesFindTheHeirs() {
    for (long seed = 1; seed <= 20; seed++) {
      VirtualRing ring = new VirtualRing(SIZE, RECURSIVE, seed);
      ring.run(Duration.ofSeconds(10));
      int victim = 1 + (int) seed;
      RingId key = ring.view(victim).self().id();
      Peer heir = ring.view(victim).successors().get(0);
      // Others on the way die too: the heir is not one of them.
      for (int other = SIZE - 6; other < SIZE; other++) {
        if (!ring.view(other).self().equals(heir)) {
          ring.vanish(other);
        }
      }
      if (seed % 2 == 0) {
        ring.crash(victim);
      } else {
        ring.vanish(victim);
      }
      assertEquals(heir, ring.lookup(0, key).owner(), "seed " + seed);
    }
  }

  @Test
  void aLookupThatIsLostOnItsWayGoesOnIteratively() {
    Stage stage = Stage.member(RECURSIVE.withSuccessorListLength(3));
    Ends ends = lookUp(stage, 200);
    stage.answer(160, Forward.class, new RingResponse.Accepted());
    Duration almost = RECURSIVE.callTimeout().multipliedBy(3).minusNanos(1);
    assertEquals(List.of(), questionsAbout(200, stage, almost));
    Stage.Call question = questionsAbout(200, stage, Duration.ofNanos(1)).get(0);
    question.callback().succeeded(new RingResponse.Owner(peer(180), peer(220)));
    stage.answer(220, RingQuery.Ping.class, new RingResponse.Alive(peer(220)));
    assertEquals(List.of(new LookupResult(peer(220), 1)), ends.results);
  }

  @Test
  void anAnswerIsTakenOnceAndOnlyForItsKey() {
    Stage stage = Stage.member(RECURSIVE.withSuccessorListLength(3));
    Ends ends = lookUp(stage, 200);
    Forward forward = (Forward) stage.expect(160, Forward.class).query();
    RingId other = Stage.SPACE.of(201);
    stage.ask(new Found(forward.lookup(), other, peer(180), peer(220), 2));
    assertTrue(stage.isQuiet());
    stage.ask(new Found(forward.lookup(), forward.key(), peer(180), peer(220), 2));
    stage.answer(220, RingQuery.Ping.class, new RingResponse.Alive(peer(220)));
    stage.ask(new Found(forward.lookup(), forward.key(), peer(180), peer(220), 2));
    assertTrue(stage.isQuiet());
    assertEquals(List.of(new LookupResult(peer(220), 2)), ends.results);
  }

  @Test
  void aNodeThatTakesALookupPassesItOnOrAnswersTheAsker() {
    Stage stage = Stage.member();
    Forward far = new Forward(Stage.SPACE.of(200), List.of(), peer(10), 7, 2, 9);
    assertEquals(new RingResponse.Accepted(), stage.ask(far));
    stage.pass(Duration.ZERO);
    assertEquals(far.arrived(), stage.expect(160, Forward.class).query());
    Forward near = new Forward(Stage.SPACE.of(110), List.of(), peer(10), 8, 2, 9);
    stage.ask(near);
    stage.pass(Duration.ZERO);
    assertEquals(
        new Found(8, near.key(), peer(100), peer(120), 3), stage.expect(10, Found.class).query());
  }

  @Test
  void aLookupThatMayGoNoFurtherEnds() {
    Stage stage = Stage.member();
    stage.ask(new Forward(Stage.SPACE.of(200), List.of(), peer(10), 7, 63, 1));
    stage.pass(Duration.ZERO);
    assertTrue(stage.isQuiet());
  }

  private static Ends lookUp(Stage stage, int key) {
    Ends ends = new Ends();
    stage.node().lookup(Stage.SPACE.of(key), ends);
    return ends;
  }

  /** The iterative questions about a key that the node puts in this time, and nothing else. */
  private static List<Stage.Call> questionsAbout(int key, Stage stage, Duration time) {
    stage.pass(time);
    List<Stage.Call> questions = new ArrayList<>();
    while (!stage.isQuiet()) {
      Stage.Call call = stage.expectAny();
      if (call.query() instanceof RingQuery.Route route
          && route.key().equals(Stage.SPACE.of(key))) {
        questions.add(call);
      }
    }
    return questions;
  }

  /** A ring whose fingers are all in place. */
  private static VirtualRing quiet(int size, ChordConfig config) {
    VirtualRing ring = new VirtualRing(size, config, 1);
    ring.run(Duration.ofSeconds(30));
    return ring;
  }

  private static Duration latency(ChordConfig config) {
    VirtualRing ring = quiet(SIZE, config);
    Duration before = ring.elapsed();
    for (int i = 0; i < 500; i++) {
      LookupResult unused = ring.lookup(i % SIZE, key(i));
    }
    return ring.elapsed().minus(before).dividedBy(500);
  }

  private static RingId key(int number) {
    return IdSpace.DEFAULT.hash("key " + number);
  }

  private static final class Ends implements LookupCallback {
    private final List<LookupResult> results = new ArrayList<>();

    @Override
    public void succeeded(LookupResult result) {
      results.add(result);
    }

    @Override
    public void failed(LookupException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Prints the figures in docs/decisions/0063. */
  public static void main(String[] args) {
    System.out.println(latency(ITERATIVE) + " iterative, " + latency(RECURSIVE) + " recursive");
  }
}
