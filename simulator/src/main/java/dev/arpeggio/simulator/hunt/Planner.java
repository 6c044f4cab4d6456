package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws a schedule from a seed: first how often each fault is to happen, then what happens when and
 * to whom. Faults come in bursts and to neighbours, because that is where rings break.
 */
final class Planner {
  private static final int MIN_MILLIS = 2_000;
  private static final int MAX_MILLIS = 10_000;
  private static final int MAX_ACTIONS = 40;

  /** Messages within the assumptions take so long at most, both ways, that no call times out. */
  private static final int ASSUMED_MILLIS = 25;

  private final Options options;
  private final SplittableRandom random;
  private final RunClass runClass;
  private final Identifiers identifiers;
  private final Map<Fault, Integer> weights = new EnumMap<>(Fault.class);

  /** The numbers of the nodes that are up as far as the plan knows, and of those that are not. */
  private final List<Integer> up = new ArrayList<>();

  private final List<Integer> down = new ArrayList<>();
  private final List<Schedule.Timed> actions = new ArrayList<>();
  private int fresh;
  private int last;
  private boolean parted;

  /**
   * What a campaign may draw from.
   *
   * @param minNodes of the first ring
   * @param maxNodes of the first ring
   * @param minSuccessors smallest r
   * @param maxSuccessors largest r
   * @param classes of runs, taken in turns
   * @param mutant the rules of the nodes
   */
  record Options(
      int minNodes,
      int maxNodes,
      int minSuccessors,
      int maxSuccessors,
      List<RunClass> classes,
      Mutant mutant) {
    Options {
      classes = List.copyOf(classes);
    }
  }

  private Planner(Options options, long seed) {
    this.options = options;
    this.random = new Randomness(seed).of(Concern.ACTIONS, 0);
    this.runClass = options.classes().get(Math.floorMod(seed, options.classes().size()));
    this.identifiers = new Identifiers(new Randomness(seed));
  }

  /** The schedule of a seed. A ring of r + 1 nodes at least, so that the invariants apply. */
  static Schedule plan(Options options, long seed) {
    return new Planner(options, seed).plan(seed);
  }

  private Schedule plan(long seed) {
    int most = Math.min(options.maxSuccessors(), options.maxNodes() - 1);
    int r = within(Math.min(options.minSuccessors(), most), most);
    int size = within(Math.max(options.minNodes(), r + 1), options.maxNodes());
    int millis = within(MIN_MILLIS, MAX_MILLIS);
    List<Integer> members = IntStream.range(0, size).boxed().toList();
    up.addAll(members);
    fresh = size;
    // Half of the runs know only a few faults, so that those are seen often and close together.
    int outOfTen = random.nextBoolean() ? 3 : 8;
    for (Fault fault : runClass.faults()) {
      int weight = 1 + random.nextInt(9);
      weights.put(fault, random.nextInt(10) < outOfTen ? weight : 0);
    }
    long micros = 0;
    int count = within(3, MAX_ACTIONS);
    for (int i = 0; i < count; i++) {
      micros += random.nextInt(100) < 60 ? random.nextLong(30_000) : random.nextLong(1_500_000);
      if (micros < millis * 1000L) {
        draw(micros);
      }
    }
    return new Schedule(runClass, options.mutant(), seed, r, members, millis, actions);
  }

  private void draw(long micros) {
    int total = weights.values().stream().mapToInt(Integer::intValue).sum();
    if (total == 0) {
      return;
    }
    int ticket = random.nextInt(total);
    for (Map.Entry<Fault, Integer> weight : weights.entrySet()) {
      ticket -= weight.getValue();
      if (ticket < 0) {
        Action action = action(weight.getKey());
        actions.add(new Schedule.Timed(micros, action));
        return;
      }
    }
  }

  private Action action(Fault fault) {
    return switch (fault) {
      case DROP -> new Action.Disturb(fault, sometimes(within(1, 30)), 0);
      case DELAY -> new Action.Disturb(fault, sometimes(within(5, 60)), within(2, span()));
      case DUPLICATE -> new Action.Disturb(fault, sometimes(within(1, 30)), within(1, span()));
      case REORDER -> new Action.Disturb(fault, sometimes(within(5, 40)), within(2, span()));
      case FALSE_FAILURE -> new Action.Disturb(fault, sometimes(within(1, 30)), 0);
      case PARTITION, ONE_WAY -> cut(fault);
      case CRASH, POWER_LOSS, LEAVE -> new Action.Life(fault, List.of(victim()));
      case MASS_LEAVE -> new Action.Life(fault, neighbours(within(2, 4)));
      case RESTART -> new Action.Life(fault, List.of(returner()));
      case JOIN -> new Action.Life(fault, newcomers(1));
      case JOIN_STORM -> new Action.Life(fault, newcomers(within(2, 5)));
      case PAUSE -> new Action.Hamper(fault, any(), within(50, 3_000));
      case DRIFT -> new Action.Hamper(fault, any(), within(-10, 10));
      case SLOW -> new Action.Hamper(fault, any(), sometimes(within(1, slowness())));
    };
  }

  private Action cut(Fault fault) {
    parted = !parted;
    if (!parted) {
      return new Action.Heal();
    }
    List<Integer> side = new ArrayList<>();
    for (int number : up) {
      if (random.nextBoolean()) {
        side.add(number);
      }
    }
    return new Action.Cut(fault, side.isEmpty() ? List.of(any()) : side);
  }

  /** How long a disturbance may hold up a message, in milliseconds. */
  private int span() {
    return runClass.demandsInvariants() ? ASSUMED_MILLIS : 300;
  }

  private int slowness() {
    return runClass.demandsInvariants() ? 8 : 150;
  }

  /** Often, a disturbance is ended. */
  private int sometimes(int amount) {
    return random.nextInt(3) == 0 ? 0 : amount;
  }

  private int within(int min, int max) {
    return random.nextInt(min, max + 1);
  }

  private int any() {
    last = up.isEmpty() ? 0 : up.get(random.nextInt(up.size()));
    return last;
  }

  private int victim() {
    int victim = random.nextBoolean() ? any() : neighbours(1).get(0);
    last = victim;
    if (up.remove((Integer) victim)) {
      down.add(victim);
    }
    return victim;
  }

  /** Nodes that follow the one last dealt with, or lie just before it. */
  private List<Integer> neighbours(int count) {
    List<Integer> ring =
        up.stream().sorted(Comparator.comparing(number -> identifiers.peer(number).id())).toList();
    if (ring.isEmpty()) {
      return List.of(0);
    }
    int place = 0;
    while (place < ring.size() - 1
        && identifiers.peer(ring.get(place)).id().compareTo(identifiers.peer(last).id()) < 0) {
      place++;
    }
    int start = place + random.nextInt(-1, 2);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(count, ring.size()); i++) {
      chosen.add(ring.get(Math.floorMod(start + i, ring.size())));
    }
    return chosen;
  }

  private int returner() {
    if (down.isEmpty()) {
      return any();
    }
    int number = down.remove(random.nextInt(down.size()));
    up.add(number);
    last = number;
    return number;
  }

  private List<Integer> newcomers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count && fresh < Schedule.MAX_NODES; i++) {
      numbers.add(fresh);
      up.add(fresh);
      last = fresh;
      fresh++;
    }
    return numbers.isEmpty() ? List.of(any()) : numbers;
  }
}
