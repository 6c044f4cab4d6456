package dev.arpeggio.queue.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.queue.faults.Ledger.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults drawn at random, for as many minutes as {@code -Dfaults.minutes} says, on three real
 * servers, under a partition that two nodes take from one another. Prints its seed first, which
 * {@code -Dfaults.seed} repeats; the servers' timing it cannot repeat.
 */
@EnabledIfSystemProperty(named = "faults.minutes", matches = "\\d+")
class FaultCampaignTest {
  private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("faults.minutes", 0));
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());
  private static final int MAX_FAULT_MILLIS = 6_000;
  private static final int MAX_CALM_MILLIS = 1_000;
  private static final int SOME = 50;
  private static final Traffic.Shape SHAPE =
      new Traffic.Shape(2, 3, 32, 10, Duration.ofMillis(5), Long.MAX_VALUE);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private final Random random = new Random(SEED);
  private final Deque<Fault> deck = new ArrayDeque<>();
  private final Map<Fault, Integer> struck = new TreeMap<>();

  @Test
  void nothingIsLostInventedDoubledOrOutOfOrderAndNothingStaysStuck() throws Exception {
    say("fault campaign: seed " + SEED + ", " + LENGTH.toMinutes() + " min");
    try (var ensemble = Ensemble.start(directory, 3)) {
      var traffic = Traffic.on(ensemble, "campaign", SHAPE, SEED);
      try {
        var scene = new Scene(ensemble, traffic, random);
        traffic.flow(SOME);
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() - end < 0) {
          round(scene);
          traffic.flow(SOME);
          pass(MAX_CALM_MILLIS);
        }
        traffic.settle();
        report(traffic);
        assertEquals(List.of(), traffic.ledger().violations());
        assertEquals(Fault.values().length, struck.size(), "some faults never struck: " + struck);
      } finally {
        traffic.end();
      }
    }
  }

  /** One fault, or two at once, for a while. */
  private void round(Scene scene) throws Exception {
    Fault first = strike(scene);
    if (first.leavesAQuorum() && random.nextBoolean()) {
      strike(scene);
    }
    if (random.nextBoolean()) {
      pass(MAX_CALM_MILLIS);
      strike(Fault.HAND_OVER, scene);
    }
    // Now and then for longer than publishers wait.
    pass(random.nextInt(8) == 0 ? 4 * MAX_FAULT_MILLIS : MAX_FAULT_MILLIS);
    scene.heal();
  }

  private Fault strike(Scene scene) throws Exception {
    if (deck.isEmpty()) {
      // Dealt rather than drawn: none is left out for long.
      var shuffled = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(shuffled, random);
      deck.addAll(shuffled);
    }
    Fault fault = deck.removeFirst();
    strike(fault, scene);
    return fault;
  }

  private void strike(Fault fault, Scene scene) throws Exception {
    struck.merge(fault, 1, Integer::sum);
    scene.strike(fault);
  }

  private void pass(int maxMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(maxMillis));
  }

  private void report(Traffic traffic) {
    Ledger ledger = traffic.ledger();
    var line = new StringBuilder("fault campaign: seed ").append(SEED);
    line.append(", operations ").append(ledger.operations());
    line.append(", faults ").append(struck.values().stream().mapToInt(i -> i).sum());
    line.append(' ').append(struck);
    line.append(", takeovers ").append(traffic.generations());
    line.append(", refusals ").append(traffic.failures());
    line.append(", confirmed ").append(ledger.confirmedMessages());
    line.append(", redelivered ").append(ledger.redeliveredMessages());
    for (Violation violation : Violation.values()) {
      line.append(", ").append(violation.inWords()).append(' ').append(ledger.count(violation));
    }
    say(line.toString());
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
