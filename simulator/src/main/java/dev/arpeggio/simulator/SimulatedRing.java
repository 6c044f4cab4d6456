package dev.arpeggio.simulator;

import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.simulator.Randomness.Concern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Production nodes on a simulated network in virtual time, and a small language to say what happens
 * to them. Nodes have numbers, from 0, in the order in which they were added. Single-threaded.
 */
public final class SimulatedRing {
  /** Between two looks at whether the ring is ideal. */
  private static final Duration GLANCE = Duration.ofMillis(10);

  /** A ring that is not ideal after this long is taken to be stuck. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Settings settings;
  private final Randomness randomness;
  private final VirtualTime time = new VirtualTime();
  private final SimulatedNetwork network;
  private final RandomGenerator identifiers;
  private final Set<RingId> taken = new LinkedHashSet<>();
  private final List<Peer> peers = new ArrayList<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private long lives;
  private boolean changed = true;

  /** An empty ring; see {@link #found()}. */
  public SimulatedRing(Settings settings) {
    this.settings = settings;
    this.randomness = new Randomness(settings.seed());
    this.network =
        new SimulatedNetwork(
            time, randomness.of(Concern.LATENCY, 0), settings.minLatency(), settings.maxLatency());
    this.identifiers = randomness.of(Concern.IDENTIFIERS, 0);
  }

  /** One founder and so many others that all join through it at once. */
  public static SimulatedRing ring(int size, Settings settings) {
    SimulatedRing ring = new SimulatedRing(settings);
    ring.found();
    for (int i = 1; i < size; i++) {
      ring.join(0);
    }
    return ring;
  }

  // ---- what happens ----

  /** Adds a node that is a ring of one; returns its number. */
  public int found() {
    return add(List.of());
  }

  /** Adds a node that joins through these nodes; returns its number. */
  public int join(int... seeds) {
    return add(addresses(seeds));
  }

  /** Ends the node's process: calls to it are refused from now on. */
  public SimulatedRing crash(int number) {
    nodes.get(number).crash();
    return changed();
  }

  /** Ends the node without a trace: calls to it are lost from now on. */
  public SimulatedRing vanish(int number) {
    network.freeze(number);
    nodes.get(number).vanish();
    return changed();
  }

  /** Lets the node leave in order. */
  public SimulatedRing leave(int number) {
    nodes.get(number).leave();
    return changed();
  }

  /** Ends the node's process, if it is there, and starts it again under its address. */
  public SimulatedRing restart(int number, int... seeds) {
    nodes.get(number).vanish();
    nodes.get(number).unlisten();
    network.unfreeze(number);
    SimulatedNode node = life(number);
    nodes.set(number, node);
    node.start(addresses(seeds));
    return changed();
  }

  /** Cuts these nodes off from all others. */
  public SimulatedRing partition(int... numbers) {
    BitSet side = new BitSet();
    for (int number : numbers) {
      side.set(number);
    }
    network.partition(side);
    return changed();
  }

  /** Ends the partition. */
  public SimulatedRing heal() {
    network.heal();
    return changed();
  }

  // ---- time ----

  /** Lets time pass. */
  public SimulatedRing runFor(Duration duration) {
    time.runUntil(time.nowNanos() + duration.toNanos());
    return this;
  }

  /**
   * Lets time pass until the ring is ideal.
   *
   * @throws IllegalStateException if it is not after a very long time
   */
  public SimulatedRing settle() {
    return settleWithin(PATIENCE);
  }

  /**
   * Lets time pass until the ring is ideal.
   *
   * @throws IllegalStateException if it is not after this time; the message says how to see it
   *     again
   */
  public SimulatedRing settleWithin(Duration limit) {
    long end = time.nowNanos() + limit.toNanos();
    while (!isIdeal()) {
      if (time.nowNanos() >= end) {
        throw new IllegalStateException(
            "seed " + settings.seed() + ": not ideal after " + limit + ": " + problems());
      }
      changed = false;
      while (!changed && time.nowNanos() < end) {
        time.runUntil(time.nowNanos() + GLANCE.toNanos());
      }
    }
    return this;
  }

  // ---- what is seen ----

  /** Whether all nodes that are up form one ideal ring. */
  public boolean isIdeal() {
    return eachKnowsItsNeighbours() && problems().isEmpty();
  }

  /** Cheap to find out, and while a ring settles nearly always false. */
  private boolean eachKnowsItsNeighbours() {
    List<RingView> views =
        nodes.stream()
            .filter(SimulatedNode::isUp)
            .map(SimulatedNode::view)
            .sorted(Comparator.comparing(view -> view.self().id()))
            .toList();
    for (int i = 0; i < views.size() && views.size() > 1; i++) {
      RingView view = views.get(i);
      RingView next = views.get((i + 1) % views.size());
      if (view.successors().isEmpty()
          || !view.successors().get(0).equals(next.self())
          || !view.self().equals(next.predecessor())) {
        return false;
      }
    }
    return true;
  }

  /** Whether those of these nodes that are up form one ideal ring of their own. */
  public boolean isIdealAmong(int... numbers) {
    return problemsAmong(Arrays.stream(numbers)).isEmpty();
  }

  /** Why not, in words. */
  public List<String> problems() {
    return problemsAmong(IntStream.range(0, nodes.size()));
  }

  private List<String> problemsAmong(IntStream numbers) {
    List<MemberState> members = new ArrayList<>();
    for (SimulatedNode node : numbers.mapToObj(nodes::get).filter(SimulatedNode::isUp).toList()) {
      RingView view = node.view();
      if (view.status() != RingView.Status.MEMBER) {
        return List.of(view.self() + " is " + view.status());
      }
      members.add(new MemberState(view.self(), view.predecessor(), view.successors()));
    }
    members.sort(Comparator.comparing(member -> member.self().id()));
    return RingCheck.problems(members, settings.config().successorListLength());
  }

  /** What a node believes. */
  public RingView view(int number) {
    return nodes.get(number).view();
  }

  /** The numbers of the nodes that are up and say that they own the key. */
  public List<Integer> owners(RingId key) {
    List<Integer> owners = new ArrayList<>();
    for (int number = 0; number < nodes.size(); number++) {
      if (nodes.get(number).isUp() && view(number).owns(key)) {
        owners.add(number);
      }
    }
    return owners;
  }

  /** Lets a node look a key up, and time pass until the answer. */
  public LookupResult lookup(int from, RingId key) throws LookupException {
    Answer answer = new Answer();
    nodes.get(from).node().lookup(key, answer);
    long end = time.nowNanos() + PATIENCE.toNanos();
    while (answer.result.isEmpty() && answer.failure.isEmpty() && time.nowNanos() < end) {
      runFor(GLANCE);
    }
    if (answer.failure.isPresent()) {
      throw answer.failure.get();
    }
    return answer.result.orElseThrow(
        () -> new IllegalStateException("seed " + settings.seed() + ": a lookup without an end"));
  }

  /** Virtual time since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(time.nowNanos());
  }

  /** Events so far. */
  public long events() {
    return time.executed();
  }

  /** A hash over everything that happened so far: equal for two runs that did the same. */
  public long fingerprint() {
    return time.fingerprint();
  }

  // ---- nodes ----

  private int add(List<String> seeds) {
    int number = nodes.size();
    peers.add(new Peer(freeIdentifier(), "sim://" + number));
    SimulatedNode node = life(number);
    nodes.add(node);
    node.start(seeds);
    changed();
    return number;
  }

  private SimulatedNode life(int number) {
    return new SimulatedNode(
        settings,
        peers.get(number),
        new VirtualLoop(time, number),
        network,
        randomness.of(Concern.NODE, lives++),
        new Watcher());
  }

  private RingId freeIdentifier() {
    RingId id;
    do {
      id = settings.space().of(identifiers.nextLong() >>> (64 - settings.space().bits()));
    } while (!taken.add(id));
    return id;
  }

  private List<String> addresses(int... numbers) {
    List<String> addresses = new ArrayList<>();
    for (int number : numbers) {
      addresses.add(peers.get(number).address());
    }
    return addresses;
  }

  private SimulatedRing changed() {
    changed = true;
    return this;
  }

  private final class Watcher implements RingListener {
    @Override
    public void viewChanged(RingView view) {
      changed = true;
    }

    @Override
    public void invariantBroken(String problem) {
      throw new IllegalStateException("seed " + settings.seed() + ": " + problem);
    }
  }

  private static final class Answer implements LookupCallback {
    private Optional<LookupResult> result = Optional.empty();
    private Optional<LookupException> failure = Optional.empty();

    @Override
    public void succeeded(LookupResult found) {
      result = Optional.of(found);
    }

    @Override
    public void failed(LookupException reason) {
      failure = Optional.of(reason);
    }
  }
}
