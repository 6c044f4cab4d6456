package dev.arpeggio.simulator;

import dev.arpeggio.simulator.Randomness.Concern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes nodes of one ring come and go: every ten seconds on average one joins, leaves or crashes.
 * The first node stays, as a seed that everybody knows. The number of nodes stays near where it
 * began. Single-threaded.
 */
final class RingChurn {
  private static final double MEAN_SECONDS = 10;

  private final SimulatedRing ring;
  private final int size;
  private final SplittableRandom random;
  private final List<Integer> mobile = new ArrayList<>();
  private int changes;

  /**
   * For a ring that has formed.
   *
   * @param size its nodes, with the numbers from 0 on
   */
  RingChurn(SimulatedRing ring, int size, long seed) {
    this.ring = ring;
    this.size = size;
    this.random = new Randomness(seed).of(Concern.CHURN, 0);
    IntStream.range(1, size).forEach(mobile::add);
  }

  /** Lets time pass, and nodes come and go. */
  void runFor(Duration duration) {
    long leftNanos = duration.toNanos();
    while (true) {
      long pause = (long) (-Math.log(1 - random.nextDouble()) * MEAN_SECONDS * 1e9);
      if (pause >= leftNanos) {
        ring.runFor(Duration.ofNanos(leftNanos));
        return;
      }
      ring.runFor(Duration.ofNanos(pause));
      leftNanos -= pause;
      change();
    }
  }

  /** Joins, farewells and crashes so far. */
  int changes() {
    return changes;
  }

  private void change() {
    changes++;
    boolean few = mobile.size() < size - 1 || mobile.isEmpty();
    if (few) {
      mobile.add(ring.join(0));
      return;
    }
    int index = random.nextInt(mobile.size());
    int number = mobile.get(index);
    mobile.set(index, mobile.get(mobile.size() - 1));
    mobile.remove(mobile.size() - 1);
    if (random.nextBoolean()) {
      ring.leave(number);
    } else {
      ring.crash(number);
    }
  }
}
