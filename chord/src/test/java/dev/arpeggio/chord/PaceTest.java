package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.transport.RingQuery;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** That maintenance is quick while things change, slow at rest, and within its bounds. */
final class PaceTest {
  private static final Duration QUICK = Duration.ofMillis(50);
  private static final Duration REST = Duration.ofMillis(200);
  private static final ChordConfig ADAPTIVE = ChordConfig.lan().withStabilizeIntervals(QUICK, REST);
  private static final ChordConfig FIXED = ChordConfig.lan().withStabilizeIntervals(REST, REST);

  @Test
  void intervalsGrowFromQuickToRestAndStayThere() {
    Pace pace = new Pace(QUICK, REST);
    long[] millis = LongStream.range(0, 6).map(i -> pace.next().toMillis()).toArray();
    assertEquals("[50, 75, 112, 168, 200, 200]", Arrays.toString(millis));
    assertEquals(QUICK, pace.hasten());
    assertEquals(QUICK, pace.next());
  }

  @Test
  void aRingFormsSoonerThanAtAFixedPace() {
    assertTrue(
        formation(ADAPTIVE).multipliedBy(3).compareTo(formation(FIXED).multipliedBy(2)) < 0,
        () -> formation(ADAPTIVE) + " against " + formation(FIXED));
  }

  @Test
  void atRestARingSendsNoMoreThanAtAFixedPace() {
    long adaptive = messagesAtRest(ADAPTIVE);
    long fixed = messagesAtRest(FIXED);
    assertTrue(adaptive <= fixed * 1.02, () -> adaptive + " against " + fixed);
  }

  @Test
  void aChangeBringsTheNextRoundForward() {
    Stage stage = Stage.member();
    // At rest, by now.
    for (int i = 0; i < 10; i++) {
      stage.ask(new RingQuery.Notify(Stage.peer(80)));
      stage.untilItCalls();
      stage.drop(RingQuery.Route.class);
      stage.answer(120, RingQuery.GetState.class, Stage.state(120, 100, 140, 160, 180));
      stage.drop(RingQuery.Notify.class);
    }
    stage.ask(new RingQuery.Notify(Stage.peer(90)));
    long changed = stage.nanoTime();
    stage.untilItCalls();
    long waited = stage.nanoTime() - changed;
    assertTrue(waited <= QUICK.multipliedBy(2).toNanos(), () -> waited + " ns");
  }

  @Test
  void roundsAfterAChangeCannotBeSlowerThanAtRest() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ChordConfig.lan().withStabilizeIntervals(REST.plusNanos(1), REST));
  }

  private static Duration formation(ChordConfig config) {
    return LongStream.rangeClosed(1, 10)
        .mapToObj(seed -> new VirtualRing(32, config, seed).elapsed())
        .reduce(Duration.ZERO, Duration::plus)
        .dividedBy(10);
  }

  private static long messagesAtRest(ChordConfig config) {
    VirtualRing ring = new VirtualRing(32, config, 1);
    ring.run(Duration.ofSeconds(5));
    long before = ring.messages();
    ring.run(Duration.ofSeconds(60));
    return ring.messages() - before;
  }

  /** Prints the figures in docs/decisions/0062. */
  public static void main(String[] args) {
    for (ChordConfig config : new ChordConfig[] {FIXED, ADAPTIVE}) {
      System.out.println(formation(config) + ", at rest " + messagesAtRest(config) + " a minute");
    }
  }
}
