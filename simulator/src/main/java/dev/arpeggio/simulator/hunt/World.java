package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run of one schedule: forms the first ring, does what the schedule says while {@link Watch}
 * and {@link Witness} look on, then ends all disturbances and demands one ideal ring within bounded
 * time. Used once.
 */
final class World {
  /**
   * How a run ended.
   *
   * @param violation the first rule that was broken, if one was
   * @param micros when, or when all was over, since the first ring was ideal
   * @param repairMicros from the end of all disturbances to the ideal ring, but as long as calls
   *     under way then may take; 0 if it was not reached
   * @param up the nodes that were up before each action that came to be
   * @param tally how often each fault happened
   * @param events of the whole run
   * @param fingerprint over all events
   */
  record Outcome(
      Optional<Violation> violation,
      long micros,
      long repairMicros,
      List<List<Integer>> up,
      Tally tally,
      long events,
      long fingerprint) {}

  /** Narrow enough to be read in a trace, wide enough for {@link Schedule#MAX_NODES} nodes. */
  static final IdSpace SPACE = new IdSpace(16);

  // In a data centre; other paces have more or less.
  private static final long AFTERMATH_NANOS = 2_000_000_000L;
  private static final long GLANCE_NANOS = 50_000_000L;
  private static final long FORMING_NANOS = 120_000_000_000L;
  private static final long REPAIR_NANOS = 30_000_000_000L;
  private static final long HEALING_NANOS = 120_000_000_000L;
  private static final long LOOKUP_NANOS = 5_000_000_000L;

  private final Schedule schedule;
  private final Pacing pacing;
  private final Randomness randomness;
  private final VirtualTime time = new VirtualTime();
  private final Tally tally = new Tally();
  private final Map<Integer, HuntedNode> nodes = new LinkedHashMap<>();
  private final List<List<Integer>> up = new ArrayList<>();
  private final Chronicle chronicle;
  private final Watch watch;
  private final Fates fates;
  private final Wire wire;
  private final Population population;

  private World(Schedule schedule, Trace trace) {
    this.schedule = schedule;
    this.pacing = schedule.pacing();
    this.randomness = new Randomness(schedule.seed());
    this.chronicle = new Chronicle(time, trace);
    this.watch = new Watch(schedule.successors(), nodes, time, chronicle);
    Witness witness = new Witness(schedule.successors(), nodes.values(), chronicle);
    this.fates = new Fates(randomness, pacing, tally);
    this.wire = new Wire(time, fates, tally, witness);
    this.population =
        new Population(schedule, time, randomness, tally, wire, nodes, watch::afterEvent);
  }

  static Outcome run(Schedule schedule, Trace trace) {
    return new World(schedule, trace).run();
  }

  private Outcome run() {
    Optional<Violation> violation = Optional.empty();
    long repaired = 0;
    try {
      form();
      act();
      long calm = time.nowNanos();
      // Calls that were under way may still fail, and a ring that looks ideal be none after that.
      pass(AFTERMATH_NANOS);
      settle(schedule.runClass().demandsInvariants() ? REPAIR_NANOS : HEALING_NANOS, "ideal");
      repaired = time.nowNanos() - calm;
      lookUp();
    } catch (BrokenRule broken) {
      violation = Optional.of(broken.violation());
    } catch (IllegalStateException bug) {
      violation = Optional.of(new Violation("bug", String.valueOf(bug.getMessage())));
    }
    violation.ifPresent(broken -> chronicle.note("broken", broken.rule(), "", broken.detail()));
    return new Outcome(
        violation,
        chronicle.micros(),
        repaired / 1000,
        up,
        tally,
        time.executed(),
        time.fingerprint());
  }

  private void form() {
    population.found();
    settle(FORMING_NANOS, "formed");
    chronicle.beginSchedule();
    if (schedule.runClass().demandsInvariants()) {
      watch.demand();
    }
    chronicle.note(
        "formed", "", "", schedule.members().size() + " members, r = " + schedule.successors());
  }

  private void act() {
    for (Schedule.Timed timed : schedule.actions()) {
      time.schedule(
          timed.micros() * 1000,
          EventKind.TASK,
          -1,
          ScheduleText.words(timed.action()).hashCode(),
          () -> perform(timed.action()));
    }
    time.runUntil(chronicle.originNanos() + schedule.durationMillis() * 1_000_000L);
    fates.calm();
    wire.heal();
    for (HuntedNode node : nodes.values()) {
      node.clock().resume();
      node.clock().drift(0);
    }
    chronicle.note("calm", "", "", "no more faults");
  }

  private void settle(long limitNanos, String rule) {
    long limit = pacing.scaled(limitNanos);
    long end = time.nowNanos() + limit;
    List<String> problems = watch.problems();
    while (!problems.isEmpty()) {
      if (time.nowNanos() >= end) {
        throw new BrokenRule(rule, "not after " + limit / 1_000_000L + " ms: " + problems.get(0));
      }
      do {
        pass(GLANCE_NANOS);
      } while (!watch.takeChange() && time.nowNanos() < end);
      problems = watch.problems();
    }
  }

  private void lookUp() {
    FinalLookups lookups =
        new FinalLookups(nodes.values().stream().filter(HuntedNode::isMember).toList());
    lookups.ask(randomness.of(Concern.ACTIONS, 1));
    pass(LOOKUP_NANOS);
    lookups.end();
  }

  private void pass(long nanos) {
    time.runUntil(time.nowNanos() + pacing.scaled(nanos));
  }

  private void perform(Action action) {
    up.add(nodes.values().stream().filter(HuntedNode::isUp).map(HuntedNode::number).toList());
    String detail = ScheduleText.object(action);
    boolean done = true;
    if (action instanceof Action.Life life) {
      List<Integer> concerned = population.change(life);
      done = !concerned.isEmpty();
      detail = done ? ScheduleText.numbers(concerned) : detail;
    } else if (action instanceof Action.Disturb disturb) {
      fates.disturb(disturb);
    } else if (action instanceof Action.Cut cut) {
      wire.cut(cut);
    } else if (action instanceof Action.Heal) {
      wire.heal();
    } else if (action instanceof Action.Hamper hamper) {
      done = hamper(hamper);
    }
    chronicle.note("action", ScheduleText.verb(action), done ? "done" : "withheld", detail);
    watch.checkRing();
  }

  private boolean hamper(Action.Hamper hamper) {
    HuntedNode node = nodes.get(hamper.node());
    if (node == null || !node.isUp()) {
      return false;
    }
    switch (hamper.fault()) {
      case PAUSE -> node.clock().pause(hamper.amount() * 1_000_000L);
      case DRIFT -> node.clock().drift(hamper.amount());
      case SLOW -> fates.slow(hamper.node(), hamper.amount());
      default -> throw new IllegalStateException(hamper + " does not concern one node");
    }
    return true;
  }
}
