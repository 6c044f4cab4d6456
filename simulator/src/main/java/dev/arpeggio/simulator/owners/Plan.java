package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OwnerBug;
import dev.arpeggio.queue.PartitionOptions;
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
 *
 * @param chaos how long faults happen
 * @param calm about how long there is between two of them
 * @param longestText a commit that is alone has to be of some size before others may follow it
 */
record Plan(
    long seed,
    OwnerBug bug,
    int owners,
    int servers,
    int producers,
    int consumers,
    List<String> subscriptions,
    PartitionOptions options,
    Duration lease,
    Map<Fault, Integer> weights,
    Duration chaos,
    Duration calm,
    int longestText,
    Features features) {
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
    Duration lease = Duration.ofSeconds(random.nextInt(2, 8));
    PartitionOptions options = options(random);
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
        options,
        lease,
        weights,
        chaos,
        calm,
        random.nextBoolean() ? 400 : 12_000,
        Features.draw(new Randomness(seed).of(Concern.ACTIONS, 1), subscriptions));
  }

  private static PartitionOptions options(SplittableRandom random) {
    return new PartitionOptions(
        1 << 20,
        random.nextBoolean() ? 3_000 : 1 << 20,
        random.nextInt(1, 9),
        random.nextBoolean() ? 40 : 2_000,
        Duration.ofSeconds(random.nextInt(3, 12)),
        Duration.ofMillis(random.nextInt(100, 1_000)),
        Duration.ofSeconds(random.nextInt(1, 6)),
        Duration.ofSeconds(5),
        PartitionOptions.defaults().subscriptionExpiry());
  }
}
