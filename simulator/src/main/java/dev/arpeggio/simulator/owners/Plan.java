package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OwnerBug;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a run is like: who takes part, the bounds of the partition, and how often each fault is to
 * happen. All of it follows from the seed; half of the runs know a few faults only, so that those
 * come often and close together.
 */
record Plan(
    long seed,
    OwnerBug bug,
    int owners,
    int servers,
    int producers,
    int consumers,
    List<String> subscriptions,
    Bounds bounds,
    Map<Fault, Integer> weights,
    Duration chaos,
    Duration calm) {
  /** The bounds and times of the partition, and of its topic. */
  record Bounds(PartitionOptions options, TopicConfig config) {}

  /** A subscription that comes into being among the faults. */
  static final String LATE = "late";

  static Plan of(long seed, OwnerBug bug) {
    SplittableRandom random = new Randomness(seed).of(Concern.ACTIONS, 0);
    int outOfTen = random.nextBoolean() ? 3 : 8;
    Map<Fault, Integer> weights = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      int weight = 1 + random.nextInt(9);
      weights.put(fault, random.nextInt(10) < outOfTen ? weight : 0);
    }
    // Nobody would take over from anybody.
    weights.merge(Fault.MOVE, 1, Integer::sum);
    int owners = random.nextInt(2, 6);
    int servers = random.nextInt(3) == 0 ? 1 : random.nextInt(2) == 0 ? 3 : 5;
    int producers = random.nextInt(1, 5);
    int consumers = random.nextInt(1, 4);
    List<String> subscriptions = new ArrayList<>(List.of("default"));
    if (!random.nextBoolean()) {
      subscriptions.add("audit");
    }
    Bounds bounds = bounds(random);
    Duration chaos = Duration.ofSeconds(random.nextInt(10, 25));
    Duration calm = Duration.ofMillis(random.nextInt(100, 800));
    if (random.nextInt(3) == 0) {
      subscriptions.add(LATE);
    }
    return new Plan(
        seed,
        bug,
        owners,
        servers,
        producers,
        consumers,
        List.copyOf(subscriptions),
        bounds,
        weights,
        chaos,
        calm);
  }

  private static Bounds bounds(SplittableRandom random) {
    long memoryBytes = random.nextBoolean() ? 3_000 : 1 << 20;
    int commitsInFlight = random.nextInt(1, 9);
    int commitBytes = random.nextBoolean() ? 40 : 2_000;
    Duration lease = Duration.ofSeconds(random.nextInt(2, 8));
    return new Bounds(
        new PartitionOptions(
            1 << 20,
            memoryBytes,
            commitsInFlight,
            commitBytes,
            Duration.ofSeconds(random.nextInt(3, 12)),
            Duration.ofMillis(random.nextInt(100, 1_000)),
            Duration.ofSeconds(random.nextInt(1, 6)),
            Duration.ofSeconds(5),
            Duration.ZERO),
        TopicConfig.builder().lease(lease).build());
  }
}
