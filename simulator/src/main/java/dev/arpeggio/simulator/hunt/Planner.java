package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws a schedule from a seed: first how often each fault is to happen, then what happens when and
 * to whom. Faults come in bursts and to neighbours, because that is where rings break. A part of
 * the runs knows nothing but comings and goings in a ring of the least size, where every principal
 * counts.
 */
final class Planner {
  // In a data centre; other paces have more or less.
  private static final int MIN_MILLIS = 2_000;
  private static final int MAX_MILLIS = 10_000;
  private static final int BURST_MICROS = 30_000;
  private static final int GAP_MICROS = 1_500_000;
  private static final int CHURN_GAP_MICROS = 400_000;

  private static final int MAX_ACTIONS = 40;

  /** Nodes that a small ring has beyond the r + 1 that it must have. */
  private static final int SPARE = 3;

  /** Messages within the assumptions take so long at most, both ways, that no call times out. */
  private static final int ASSUMED_MILLIS = 25;

  private final Options options;
  private final SplittableRandom random;
  private final RunClass runClass;
  private final Pacing pacing;
  private final int successors;
  private final boolean churn;
  private final List<Integer> members;
  private final Roster roster;
  private final Map<Fault, Integer> weights = new EnumMap<>(Fault.class);
  private boolean parted;

  /**
   * What a campaign may draw from.
   *
   * @param minNodes of the first ring
   * @param maxNodes of the first ring
   * @param minSuccessors smallest r
   * @param maxSuccessors largest r
   * @param classes of runs, taken in turns
   * @param paces of nodes
   * @param mutant the rules of the nodes
   */
  record Options(
      int minNodes,
      int maxNodes,
      int minSuccessors,
      int maxSuccessors,
      List<RunClass> classes,
      List<Pacing> paces,
      Mutant mutant) {
    Options {
      classes = List.copyOf(classes);
      paces = List.copyOf(paces);
    }
  }

  private Planner(Options options, long seed) {
    this.options = options;
    this.random = new Randomness(seed).of(Concern.ACTIONS, 0);
    this.runClass = options.classes().get(Math.floorMod(seed, options.classes().size()));
    this.pacing = options.paces().get(random.nextInt(options.paces().size()));
    int most = Math.min(options.maxSuccessors(), options.maxNodes() - 1);
    this.successors = within(Math.min(options.minSuccessors(), most), most);
    this.churn = runClass == RunClass.PROOF && random.nextBoolean();
    this.members = IntStream.range(0, size(churn || random.nextBoolean())).boxed().toList();
    this.roster = new Roster(new Identifiers(new Randomness(seed)), random, members);
  }

  /** The schedule of a seed. A ring of r + 1 nodes at least, so that the invariants apply. */
  static Schedule plan(Options options, long seed) {
    return new Planner(options, seed).plan(seed);
  }

  private int size(boolean small) {
    int min = Math.max(options.minNodes(), successors + 1);
    int max = options.maxNodes();
    return within(min, small ? Math.min(max, min + SPARE) : max);
  }

  private Schedule plan(long seed) {
    int millis = (int) pacing.scaled(within(MIN_MILLIS, MAX_MILLIS));
    // Half of the runs know only a few faults, so that those are seen often and close together.
    int outOfTen = random.nextBoolean() ? 3 : 8;
    for (Fault fault : runClass.faults()) {
      int weight = 1 + random.nextInt(9);
      weights.put(fault, random.nextInt(10) < outOfTen ? weight : 0);
    }
    List<Schedule.Timed> actions = new ArrayList<>();
    long micros = 0;
    int count = within(churn ? MAX_ACTIONS / 2 : 3, MAX_ACTIONS);
    for (int i = 0; i < count; i++) {
      int gap = churn ? CHURN_GAP_MICROS : GAP_MICROS;
      micros += pacing.scaled(random.nextLong(random.nextInt(100) < 60 ? BURST_MICROS : gap));
      Fault fault = churn ? comingOrGoing() : weighted();
      if (micros < millis * 1000L) {
        actions.add(new Schedule.Timed(micros, action(fault)));
      }
    }
    return new Schedule(
        runClass, pacing, options.mutant(), seed, successors, members, millis, actions);
  }

  private Fault weighted() {
    int total = weights.values().stream().mapToInt(Integer::intValue).sum();
    int ticket = random.nextInt(Math.max(1, total));
    for (Map.Entry<Fault, Integer> weight : weights.entrySet()) {
      ticket -= weight.getValue();
      if (ticket < 0) {
        return weight.getKey();
      }
    }
    return Fault.JOIN;
  }

  private Fault comingOrGoing() {
    int spare = roster.size() - successors - 1;
    if (spare <= 0 || (spare < SPARE && random.nextBoolean())) {
      return Fault.JOIN;
    }
    return switch (random.nextInt(4)) {
      case 0 -> Fault.CRASH;
      case 1 -> Fault.MASS_LEAVE;
      default -> Fault.LEAVE;
    };
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
      case MASS_LEAVE -> new Action.Life(fault, roster.victims(within(2, churn ? 2 : 4)));
      case RESTART -> new Action.Life(fault, List.of(roster.returner()));
      case JOIN -> new Action.Life(fault, roster.newcomers(1));
      case JOIN_STORM -> new Action.Life(fault, roster.newcomers(within(2, 5)));
      case PAUSE -> new Action.Hamper(fault, roster.any(), (int) pacing.scaled(within(50, 3_000)));
      case DRIFT -> new Action.Hamper(fault, roster.any(), within(-10, 10));
      case SLOW -> new Action.Hamper(fault, roster.any(), sometimes(within(1, slowness())));
    };
  }

  private int victim() {
    return churn && random.nextBoolean() ? roster.survivor() : roster.victim();
  }

  private Action cut(Fault fault) {
    parted = !parted;
    return parted ? new Action.Cut(fault, roster.side()) : new Action.Heal();
  }

  /** How long a disturbance may hold up a message, in milliseconds. */
  private int span() {
    return (int) pacing.scaled(runClass.demandsInvariants() ? ASSUMED_MILLIS : 300);
  }

  private int slowness() {
    return (int) pacing.scaled(runClass.demandsInvariants() ? 8 : 150);
  }

  /** Often, a disturbance is ended. */
  private int sometimes(int amount) {
    return random.nextInt(3) == 0 ? 0 : amount;
  }

  private int within(int min, int max) {
    return random.nextInt(min, max + 1);
  }
}
