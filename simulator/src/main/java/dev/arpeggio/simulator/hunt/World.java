package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The run of one schedule: forms the first ring, does what the schedule says, watches the
 * invariants after every event where the class of the run demands them, then ends all disturbances
 * and demands one ideal ring within bounded time. Used once.
 */
final class World {
  /**
   * How a run ended.
   *
   * @param violation the first rule that was broken, if one was
   * @param micros when, or when all was over, since the first ring was ideal
   * @param repairMicros from the end of all disturbances to the ideal ring, but two seconds at
   *     least; 0 if it was not reached
   * @param tally how often each fault happened
   * @param events of the whole run
   * @param fingerprint over all events
   */
  record Outcome(
      Optional<Violation> violation,
      long micros,
      long repairMicros,
      Tally tally,
      long events,
      long fingerprint) {}

  /** Narrow enough to be read in a trace, wide enough for {@link Schedule#MAX_NODES} nodes. */
  static final IdSpace SPACE = new IdSpace(16);

  private static final int SEEDS = 3;
  private static final int FINAL_LOOKUPS = 3;
  private static final long AFTERMATH_NANOS = 2_000_000_000L;
  private static final long GLANCE_NANOS = 50_000_000L;
  private static final long FORMING_NANOS = 120_000_000_000L;
  private static final long REPAIR_NANOS = 30_000_000_000L;
  private static final long HEALING_NANOS = 120_000_000_000L;

  private final Schedule schedule;
  private final Trace trace;
  private final ChordConfig config;
  private final Randomness randomness;
  private final VirtualTime time = new VirtualTime();
  private final Tally tally = new Tally();
  private final Wire wire;
  private final List<Integer> seeds;
  private final Licence licence;
  private final Map<Integer, HuntedNode> nodes = new LinkedHashMap<>();
  private final Identifiers identifiers;
  private long lives;
  private long startNanos;
  private boolean demanded;
  private boolean changed = true;
  private int answersWaited;

  private World(Schedule schedule, Trace trace) {
    this.schedule = schedule;
    this.trace = trace;
    this.config =
        steady(ChordConfig.lan())
            .withRingName("hunt")
            .withSuccessorListLength(schedule.successors());
    this.randomness = new Randomness(schedule.seed());
    this.wire = new Wire(time, randomness, tally, new Witness());
    this.seeds = schedule.members().stream().limit(SEEDS).toList();
    this.licence = new Licence(schedule.runClass(), schedule.successors(), seeds);
    this.identifiers = new Identifiers(randomness);
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
      time.runUntil(calm + AFTERMATH_NANOS);
      settle(schedule.runClass().demandsInvariants() ? REPAIR_NANOS : HEALING_NANOS, "ideal");
      repaired = time.nowNanos() - calm;
      lookUp();
    } catch (BrokenRule broken) {
      violation = Optional.of(broken.violation());
    } catch (IllegalStateException bug) {
      violation = Optional.of(new Violation("bug", String.valueOf(bug.getMessage())));
    }
    violation.ifPresent(broken -> note("violation", -1, broken.toString()));
    return new Outcome(
        violation, micros(), repaired / 1000, tally, time.executed(), time.fingerprint());
  }

  // ---- the course of a run ----

  private void form() {
    for (int member : schedule.members()) {
      begin(member);
    }
    settle(FORMING_NANOS, "formed");
    startNanos = time.nowNanos();
    demanded = schedule.runClass().demandsInvariants();
    note("formed", -1, schedule.members().size() + " members, r = " + schedule.successors());
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
    time.runUntil(startNanos + schedule.durationMillis() * 1_000_000L);
    wire.calm();
    for (HuntedNode node : nodes.values()) {
      node.clock().resume();
      node.clock().drift(0);
    }
    note("calm", -1, "no more faults");
  }

  private void settle(long limitNanos, String rule) {
    long end = time.nowNanos() + limitNanos;
    List<String> problems = problems();
    while (!problems.isEmpty()) {
      if (time.nowNanos() >= end) {
        throw new BrokenRule(
            rule, "not after " + limitNanos / 1_000_000_000L + " s: " + problems.get(0));
      }
      changed = false;
      while (!changed && time.nowNanos() < end) {
        time.runUntil(time.nowNanos() + GLANCE_NANOS);
      }
      problems = problems();
    }
  }

  /** In an ideal ring, every member finds the owner of every key. */
  private void lookUp() {
    List<HuntedNode> members = nodes.values().stream().filter(HuntedNode::isMember).toList();
    RandomGenerator random = randomness.of(Concern.ACTIONS, 1);
    for (int i = 0; i < FINAL_LOOKUPS; i++) {
      RingId key = SPACE.of(random.nextLong(1L << SPACE.bits()));
      HuntedNode asker = members.get(random.nextInt(members.size()));
      answersWaited++;
      asker.node().lookup(key, new Answer(key));
    }
    time.runUntil(time.nowNanos() + 5_000_000_000L);
    if (answersWaited > 0) {
      throw new BrokenRule("lookup", "no answer after 5 s");
    }
  }

  // ---- actions ----

  private void perform(Action action) {
    note("action", -1, ScheduleText.words(action));
    if (action instanceof Action.Life life) {
      changeLives(life);
    } else if (action instanceof Action.Disturb disturb) {
      wire.disturb(disturb);
    } else if (action instanceof Action.Cut cut) {
      wire.cut(cut);
    } else if (action instanceof Action.Heal) {
      wire.heal();
    } else if (action instanceof Action.Hamper hamper) {
      HuntedNode node = nodes.get(hamper.node());
      if (node != null && node.isUp()) {
        hamper(hamper, node);
      }
    }
    changed = true;
    checkRing();
  }

  private void hamper(Action.Hamper hamper, HuntedNode node) {
    switch (hamper.fault()) {
      case PAUSE -> node.clock().pause(hamper.amount() * 1_000_000L);
      case DRIFT -> node.clock().drift(hamper.amount());
      case SLOW -> wire.slow(hamper.node(), hamper.amount());
      default -> throw new IllegalStateException(hamper + " does not concern one node");
    }
  }

  private void changeLives(Action.Life life) {
    switch (life.fault()) {
      case JOIN, JOIN_STORM -> {
        List<Integer> fresh =
            life.nodes().stream().filter(number -> !nodes.containsKey(number)).toList();
        fresh.forEach(this::begin);
        fired(life.fault(), fresh.size());
      }
      case RESTART -> {
        for (int number : life.nodes()) {
          HuntedNode former = nodes.get(number);
          if (former != null && !former.isUp() && licence.allowsReturn(former, time.nowNanos())) {
            begin(number);
            fired(life.fault(), 1);
          }
        }
      }
      case CRASH, POWER_LOSS, LEAVE, MASS_LEAVE -> lose(life);
      default -> throw new IllegalStateException(life + " is no matter of life");
    }
  }

  private void lose(Action.Life life) {
    List<HuntedNode> victims = new ArrayList<>();
    for (int number : life.nodes()) {
      HuntedNode node = nodes.get(number);
      if (node != null && node.isUp()) {
        victims.add(node);
      }
    }
    if (victims.isEmpty() || !licence.allowsLoss(victims, nodes.values(), time.nowNanos())) {
      note("withheld", -1, ScheduleText.words(life));
      return;
    }
    for (HuntedNode victim : victims) {
      switch (life.fault()) {
        case CRASH -> victim.die(HuntedNode.End.REFUSING, time.nowNanos());
        case POWER_LOSS -> victim.die(HuntedNode.End.DARK, time.nowNanos());
        default -> {
          victim.endedNanos = time.nowNanos();
          victim.node().leave(() -> victim.die(HuntedNode.End.REFUSING, victim.endedNanos));
        }
      }
    }
    fired(life.fault(), victims.size());
  }

  /** A storm of one is none. */
  private void fired(Fault fault, int count) {
    boolean storm = fault == Fault.JOIN_STORM || fault == Fault.MASS_LEAVE;
    if (count > (storm ? 1 : 0)) {
      tally.fired(fault);
    }
  }

  private void begin(int number) {
    Peer self = identifiers.peer(number);
    NodeClock clock = new NodeClock(time, number, tally, this::afterEvent);
    RandomGenerator random = randomness.of(Concern.NODE, number + 1000 * lives++);
    HuntedNode node =
        new HuntedNode(
            self,
            clock,
            wire,
            port -> schedule.mutant().node(SPACE, self, config, clock, port, random, new Alarm()));
    nodes.put(number, node);
    wire.connect(node);
    boolean founder = schedule.members().indexOf(number) == 0 && lives == 1;
    List<String> addresses =
        founder ? List.of() : seeds.stream().map(seed -> identifiers.peer(seed).address()).toList();
    clock.execute(() -> node.node().start(addresses));
  }

  // ---- what is watched ----

  private void afterEvent(int number) {
    HuntedNode node = Objects.requireNonNull(nodes.get(number));
    RingView before = node.seen;
    RingView after = node.node().view();
    if (!before.equals(after)) {
      node.seen = after;
      changed = true;
      if (before.status() == RingView.Status.JOINING) {
        node.memberSinceNanos = time.nowNanos();
      }
      if (trace.isOn()) {
        note("state", number, words(after));
      }
      Conduct.checkAdoption(node, before, after);
      checkRing();
    }
    node.heard.clear();
  }

  private void checkRing() {
    if (!demanded) {
      return;
    }
    List<Census.Entry> entries = new ArrayList<>();
    for (HuntedNode node : nodes.values()) {
      if (node.isMember()) {
        entries.add(node.entry());
      }
    }
    List<Violation> broken =
        Invariants.broken(new Census(entries, List.of()), schedule.successors());
    if (!broken.isEmpty()) {
      throw new BrokenRule(broken.get(0));
    }
  }

  private List<String> problems() {
    List<MemberState> members = new ArrayList<>();
    for (HuntedNode node : up(nodes.values())) {
      RingView view = node.node().view();
      if (view.status() != RingView.Status.MEMBER) {
        return List.of(view.self() + " is " + view.status());
      }
      members.add(new MemberState(view.self(), view.predecessor(), view.successors()));
    }
    members.sort(Comparator.comparing(member -> member.self().id()));
    return RingCheck.problems(members, schedule.successors());
  }

  private static List<HuntedNode> up(Collection<HuntedNode> nodes) {
    return nodes.stream().filter(HuntedNode::isUp).toList();
  }

  private long micros() {
    return (time.nowNanos() - startNanos) / 1000;
  }

  private void note(String event, int node, String detail) {
    if (trace.isOn()) {
      trace.line(micros(), event, node, detail);
    }
  }

  private String words(RingView view) {
    StringBuilder words = new StringBuilder(view.status().name());
    words.append(" predecessor ").append(name(view.predecessor())).append(" successors");
    view.successors().forEach(peer -> words.append(' ').append(name(peer)));
    return words.toString();
  }

  private static String name(@Nullable Peer peer) {
    return peer == null ? "-" : Identifiers.name(peer);
  }

  /** Sees what nodes say to each other. */
  private final class Witness implements Wire.Observer {
    @Override
    public void called(HuntedNode caller, RingRequest request) {
      if (request.query() instanceof RingQuery.GetState && caller.isMember()) {
        caller.questions++;
      }
      if (request.query() instanceof RingQuery.Leave leave) {
        announce(leave.leaver());
      }
    }

    /** Whoever lists the leaver may have the leaver's list next. */
    private void announce(MemberState leaver) {
      for (HuntedNode node : nodes.values()) {
        if (node.isMember() && node.node().view().successors().contains(leaver.self())) {
          expect(node, leaver.successors());
        }
      }
    }

    @Override
    public void requestArrives(HuntedNode callee, RingRequest request) {
      if (request.query() instanceof RingQuery.Leave leave) {
        leave.leaver().successors().forEach(peer -> callee.bequeathed.add(peer.id()));
      }
      if (trace.isOn()) {
        note("request", callee.number(), PlainWords.of(request.query()));
      }
    }

    @Override
    public void answered(
        HuntedNode callee, HuntedNode caller, RingRequest request, RingResponse response) {
      Conduct.checkAnswer(callee, request, response);
      if (response instanceof RingResponse.State state) {
        List<Peer> list = new ArrayList<>();
        if (caller.isMember()) {
          list.add(state.member().self());
        }
        list.addAll(state.member().successors());
        expect(caller, list);
      }
    }

    private void expect(HuntedNode node, List<Peer> list) {
      long[] ids =
          list.stream().limit(schedule.successors()).mapToLong(peer -> peer.id().value()).toArray();
      if (ids.length > 0) {
        node.prospects.add(new Census.Entry(node.self().id().value(), ids));
      }
    }

    @Override
    public void answerArrives(HuntedNode caller, RingRequest request, RingResponse response) {
      if (response instanceof RingResponse.State state) {
        caller.heard.add(state.member().self().id());
      }
      if (trace.isOn()) {
        note("answer", caller.number(), PlainWords.of(response));
      }
    }

    @Override
    public void ended(HuntedNode caller, RingRequest request) {
      if (request.query() instanceof RingQuery.GetState) {
        caller.questions = Math.max(0, caller.questions - 1);
        caller.prospects.clear();
      }
    }
  }

  /** What a node reports of itself. */
  private static final class Alarm implements RingListener {
    @Override
    public void invariantBroken(String problem) {
      throw new BrokenRule("D2", problem);
    }
  }

  private final class Answer implements LookupCallback {
    private final RingId key;

    Answer(RingId key) {
      this.key = key;
    }

    @Override
    public void succeeded(LookupResult result) {
      answersWaited--;
      for (HuntedNode node : nodes.values()) {
        if (node.isMember()
            && node.node().view().owns(key)
            && !node.self().equals(result.owner())) {
          throw new BrokenRule(
              "lookup", key + " belongs to " + node.self() + ", not to " + result.owner());
        }
      }
    }

    @Override
    public void failed(LookupException reason) {
      throw new BrokenRule("lookup", String.valueOf(reason.getMessage()));
    }
  }

  /** At one pace: the quick rounds after a change would mend many a mistake before it shows. */
  private static ChordConfig steady(ChordConfig preset) {
    return new ChordConfig(
        preset.ringName(),
        preset.successorListLength(),
        preset.stabilizeInterval(),
        preset.jitter(),
        preset.callTimeout(),
        preset.timeoutsUntilDead(),
        preset.fingerInterval(),
        preset.seedInterval(),
        preset.joinRetryMin(),
        preset.joinRetryMax(),
        preset.lookupMaxHops(),
        preset.lookupAttempts());
  }
}
