package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;

/** Begins and ends the lives of a run's nodes, as far as the class of the run allows. */
final class Population {
  private static final int SEEDS = 3;

  private final Schedule schedule;
  private final ChordConfig config;
  private final VirtualTime time;
  private final Randomness randomness;
  private final Tally tally;
  private final Wire wire;
  private final Map<Integer, HuntedNode> nodes;
  private final IntConsumer afterEvent;
  private final Identifiers identifiers;
  private final List<Integer> seeds;
  private final Licence licence;
  private long lives;

  /**
   * Nobody lives yet.
   *
   * @param nodes by number; written here alone
   * @param afterEvent hears the number of each node at which something has happened
   */
  Population(
      Schedule schedule,
      VirtualTime time,
      Randomness randomness,
      Tally tally,
      Wire wire,
      Map<Integer, HuntedNode> nodes,
      IntConsumer afterEvent) {
    this.schedule = schedule;
    this.config =
        schedule
            .pacing()
            .config()
            .withRingName("hunt")
            .withSuccessorListLength(schedule.successors());
    this.time = time;
    this.randomness = randomness;
    this.tally = tally;
    this.wire = wire;
    this.nodes = nodes;
    this.afterEvent = afterEvent;
    this.identifiers = new Identifiers(randomness);
    this.seeds = schedule.members().stream().limit(SEEDS).toList();
    this.licence = new Licence(schedule, seeds);
  }

  /** The members of the first ring begin. */
  void found() {
    schedule.members().forEach(this::begin);
  }

  /** Does what an action demands, if it may; says which nodes it concerned. */
  List<Integer> change(Action.Life life) {
    List<Integer> concerned =
        switch (life.fault()) {
          case JOIN, JOIN_STORM -> join(life.nodes());
          case RESTART -> restart(life.nodes());
          case CRASH, POWER_LOSS, LEAVE, MASS_LEAVE -> lose(life);
          default -> throw new IllegalStateException(life + " is no matter of life");
        };
    // A storm of one is none.
    boolean storm = life.fault() == Fault.JOIN_STORM || life.fault() == Fault.MASS_LEAVE;
    if (concerned.size() > (storm ? 1 : 0)) {
      tally.fired(life.fault());
    }
    return concerned;
  }

  private List<Integer> join(List<Integer> numbers) {
    List<Integer> fresh = numbers.stream().filter(number -> !nodes.containsKey(number)).toList();
    fresh.forEach(this::begin);
    return fresh;
  }

  private List<Integer> restart(List<Integer> numbers) {
    List<Integer> back = new ArrayList<>();
    for (int number : numbers) {
      HuntedNode former = nodes.get(number);
      if (former != null && !former.isUp() && licence.allowsReturn(former, time.nowNanos())) {
        begin(number);
        back.add(number);
      }
    }
    return back;
  }

  private List<Integer> lose(Action.Life life) {
    List<HuntedNode> victims = new ArrayList<>();
    for (int number : life.nodes()) {
      HuntedNode node = nodes.get(number);
      if (node != null && node.isUp()) {
        victims.add(node);
      }
    }
    if (victims.isEmpty() || !licence.allowsLoss(victims, nodes.values(), time.nowNanos())) {
      return List.of();
    }
    victims.forEach(victim -> end(victim, life.fault()));
    return victims.stream().map(HuntedNode::number).toList();
  }

  private void end(HuntedNode victim, Fault how) {
    long now = time.nowNanos();
    switch (how) {
      case CRASH -> victim.die(HuntedNode.End.REFUSING, now);
      case POWER_LOSS -> victim.die(HuntedNode.End.DARK, now);
      default -> {
        victim.endedNanos = now;
        victim.node().leave(() -> victim.die(HuntedNode.End.REFUSING, now));
      }
    }
  }

  private void begin(int number) {
    Peer self = identifiers.peer(number);
    NodeClock clock = new NodeClock(time, number, tally, afterEvent);
    RandomGenerator random = randomness.of(Concern.NODE, number + 1000 * lives++);
    HuntedNode node =
        new HuntedNode(
            self,
            clock,
            wire,
            port ->
                schedule
                    .mutant()
                    .node(World.SPACE, self, config, clock, port, random, new Alarm()));
    nodes.put(number, node);
    wire.connect(node);
    boolean founder = schedule.members().indexOf(number) == 0 && lives == 1;
    List<String> addresses =
        founder ? List.of() : seeds.stream().map(seed -> identifiers.peer(seed).address()).toList();
    clock.execute(() -> node.node().start(addresses));
  }

  /** What a node reports of itself. */
  private static final class Alarm implements RingListener {
    @Override
    public void invariantBroken(String problem) {
      throw new BrokenRule("D2", problem);
    }
  }
}
