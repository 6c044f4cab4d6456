package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Mutant;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingMetrics;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.IdealPlaces;
import dev.arpeggio.simulator.VirtualLoop;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One ring of production nodes in virtual time, from which nodes leave in order and which others
 * join while lookups are made, one a second; all three at the random times of Poisson processes.
 * The ring begins ideal, with correct fingers, and ten minutes before the first lookup.
 * Single-threaded.
 */
final class ChurnRun {
  static final int SUCCESSORS = 20;

  /** ToN V.E: rounds come every 15 to 45 s, and one finger has its turn in each. */
  static final ChordConfig CONFIG =
      new ChordConfig(
          "churn",
          SUCCESSORS,
          Duration.ofSeconds(30),
          0.5,
          Duration.ofMillis(500),
          2,
          // No longer than the shortest pause between two rounds.
          Duration.ofSeconds(15),
          // Never within a run: the paper's nodes look for no other rings.
          Duration.ofDays(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          64,
          1);

  private static final Duration MEAN_LATENCY = Duration.ofMillis(50);
  private static final Duration WARM_UP = Duration.ofMinutes(10);
  private static final IdSpace SPACE = IdSpace.DEFAULT;

  private final Mutant mutant;
  private final long seed;
  private final SplittableRandom churn;
  private final SplittableRandom lookups;
  private final SplittableRandom lives;
  private final VirtualTime time = new VirtualTime();
  private final ChurnNetwork network;
  private final Roster roster = new Roster(SPACE);
  private int named;
  private int born;
  private int made;
  private int answered;
  private int failed;
  private int abandoned;
  private int wrong;
  private int unadopted;
  private long hops;
  private long timeouts;
  private long rounds;
  private long nodeSeconds;

  /**
   * Builds the ring.
   *
   * @param mutant what is wrong with its nodes
   * @param run a name; runs of other names have other chances
   */
  ChurnRun(int nodes, Mutant mutant, String run, long seed) {
    this.mutant = mutant;
    this.seed = seed;
    this.churn = Chance.of(run + " coming and going", seed);
    this.lookups = Chance.of(run + " lookups", seed);
    this.lives = Chance.of(run + " nodes", seed);
    this.network = new ChurnNetwork(time, Chance.of(run + " latency", seed), MEAN_LATENCY);
    List<Peer> peers = IntStream.range(0, nodes).mapToObj(i -> newPeer()).toList();
    IdealPlaces places = new IdealPlaces(SPACE, peers, SUCCESSORS);
    for (int i = 0; i < nodes; i++) {
      add(places.peer(i)).node().startAt(places.place(i), places.fingers(i), List.of());
    }
  }

  /**
   * Lets nodes come and go and lookups be made.
   *
   * @param perSecond joins a second on average, and as many farewells
   * @param wanted lookups
   */
  Outcome measure(double perSecond, int wanted) {
    atRandomTimes(churn, perSecond, this::join);
    atRandomTimes(churn, perSecond, this::leave);
    time.runUntil(WARM_UP.toNanos());
    rounds = 0;
    nodeSeconds = 0;
    long seconds = 0;
    atRandomTimes(lookups, 1, () -> lookup(wanted));
    while (answered + failed + abandoned < wanted) {
      if (seconds++ > 2L * wanted + 1000) {
        throw new IllegalStateException("seed " + seed + ": a lookup without an end");
      }
      nodeSeconds += roster.size();
      time.runUntil(time.nowNanos() + Duration.ofSeconds(1).toNanos());
    }
    return new Outcome(
        answered,
        failed,
        wrong,
        unadopted,
        hops,
        timeouts,
        (double) nodeSeconds / rounds,
        time.fingerprint());
  }

  private void join() {
    String contact = roster.anyMember(churn).self().address();
    add(newPeer()).node().start(List.of(contact));
  }

  private void leave() {
    roster.removeAnyMember(churn).leave();
  }

  private void lookup(int atMost) {
    if (made == atMost) {
      return;
    }
    made++;
    RingId key = SPACE.of(lookups.nextLong());
    Resident asker = roster.anyMember(lookups);
    Question question = new Question(key);
    network.inCourseOf(question, () -> asker.node().lookup(key, question));
  }

  private Peer newPeer() {
    return Peer.at(SPACE, "sim://" + seed + "-" + named++);
  }

  private Resident add(Peer self) {
    VirtualLoop loop = new VirtualLoop(time, born++);
    RingTransport station = network.station(self.address(), loop);
    ChordNode node = mutant.node(SPACE, self, CONFIG, loop, station, lives.split(), new Watcher());
    Resident resident = new Resident(self, node, station, loop);
    roster.add(resident);
    return resident;
  }

  private void atRandomTimes(SplittableRandom random, double perSecond, Runnable action) {
    time.schedule(
        ChurnNetwork.exponential(random, 1e9 / perSecond),
        EventKind.TASK,
        -1,
        0,
        () -> {
          action.run();
          atRandomTimes(random, perSecond, action);
        });
  }

  /**
   * What happened after the warm-up.
   *
   * @param answered lookups that named an owner
   * @param failed lookups that named none
   * @param wrong answers that named another than the first ring member at or after the key
   * @param unadopted the same, counting nodes that joined and were not yet adopted
   * @param hops of the answered lookups
   * @param timeouts contacts that were no longer there, of all these lookups
   * @param interval seconds between two rounds of a node, on average
   * @param fingerprint of all that happened
   */
  record Outcome(
      int answered,
      int failed,
      int wrong,
      int unadopted,
      long hops,
      long timeouts,
      double interval,
      long fingerprint) {}

  private final class Question implements LookupCallback, ChurnNetwork.Course {
    private final RingId key;
    private int failedContacts;

    Question(RingId key) {
      this.key = key;
    }

    @Override
    public void contactFailed() {
      failedContacts++;
    }

    @Override
    public void succeeded(LookupResult found) {
      answered++;
      hops += found.hops();
      timeouts += failedContacts;
      if (!found.owner().equals(roster.ownerAmongRingMembers(key))) {
        wrong++;
      }
      if (!found.owner().equals(roster.ownerAmongAll(key))) {
        unadopted++;
      }
    }

    @Override
    public void failed(LookupException failure) {
      if (failure.reason() == LookupException.Reason.STOPPED) {
        abandoned++;
      } else {
        failed++;
        timeouts += failedContacts;
      }
    }
  }

  private final class Watcher implements RingListener, RingMetrics {
    @Override
    public RingMetrics metrics() {
      return this;
    }

    @Override
    public void stabilized() {
      rounds++;
    }

    @Override
    public void invariantBroken(String problem) {
      throw new IllegalStateException("seed " + seed + ": " + problem);
    }
  }
}
