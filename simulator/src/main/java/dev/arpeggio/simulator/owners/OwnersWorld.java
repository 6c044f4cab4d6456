package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.StoredPartition;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.Fingerprint;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import dev.arpeggio.simulator.zookeeper.Ensemble;
import dev.arpeggio.simulator.zookeeper.ModelPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run: nodes, clients and ZooKeeper, first with faults and then without, and what became of it.
 * Everything follows from the plan.
 */
final class OwnersWorld {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
  private static final Duration STARTUP = Duration.ofSeconds(3);
  // From the end of the faults on; the longest session, lease and repeat are well below.
  private static final int SECONDS_TO_SETTLE = 180;

  private final Plan plan;
  private final VirtualTime time = new VirtualTime();
  private final Tally tally = new Tally();
  private final TopicConfig config;
  private final Ensemble zooKeeper;
  private final Ledger ledger;
  private final SplittableRandom latency;
  private final Chaos chaos;
  private final DeadLetters deadLetters;
  private final List<OwnerNode> nodes = new ArrayList<>();
  private final List<OwnerNode> everyLife = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private int lives;
  private int suggested;
  private long consumers;
  private boolean calm;

  /**
   * How a run ended.
   *
   * @param breach the promise that was broken, if one was
   * @param settledSeconds virtual time from the end of the faults until all was consumed
   */
  record Outcome(
      Optional<Breach> breach, long fingerprint, long events, int settledSeconds, Tally tally) {}

  private OwnersWorld(Plan plan) {
    this.plan = plan;
    this.config = plan.features().topic().toBuilder().lease(plan.lease()).build();
    Randomness chance = new Randomness(plan.seed());
    this.latency = chance.of(Concern.LATENCY, 0);
    this.zooKeeper =
        new Ensemble(time, chance.of(Concern.LATENCY, 1), Ensemble.Options.of(plan.servers()));
    this.ledger =
        new Ledger(
            new StoredPartition(PARTITION),
            plan.subscriptions(),
            config,
            () -> OwnerLoop.millisAt(time.nowNanos()),
            tally);
    this.deadLetters = new DeadLetters(this, chance.of(Concern.FAULTS, 1));
    this.chaos = new Chaos(this, plan, zooKeeper, tally, chance.of(Concern.FAULTS, 0));
  }

  static Outcome run(Plan plan) {
    OwnersWorld world = new OwnersWorld(plan);
    Optional<Breach> breach = Optional.empty();
    int settled = 0;
    try {
      settled = world.run();
    } catch (Breach e) {
      breach = Optional.of(e);
    } catch (RuntimeException e) {
      Breach bug = new Breach(Rule.NO_BUG, e.toString());
      bug.initCause(e);
      breach = Optional.of(bug);
    }
    world.everyLife.forEach(
        node -> world.tally.fired(Fault.UNKNOWN_OUTCOME, node.client().unknownOutcomes()));
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(world.time.fingerprint());
    fingerprint.add(world.zooKeeper.lastTransaction());
    fingerprint.add(world.ledger.end());
    return new Outcome(breach, fingerprint.value(), world.time.executed(), settled, world.tally);
  }

  private int run() {
    createTopic();
    zooKeeper.observe(ledger::ordered);
    Randomness chance = new Randomness(plan.seed());
    for (int place = 0; place < plan.owners(); place++) {
      nodes.add(newLife());
    }
    suggest(0, true);
    startSubscribers(chance);
    advance(STARTUP);
    for (int i = 0; i < plan.producers(); i++) {
      Publisher publisher = new Publisher(this, chance.of(Concern.CHURN, 1_000 + i), i, plan);
      publishers.add(publisher);
      publisher.start();
    }
    chaos.start();
    advance(plan.chaos());
    calm = true;
    chaos.end();
    suggest(suggested, true);
    int seconds = 0;
    while (!isSettled()) {
      if (++seconds > SECONDS_TO_SETTLE) {
        long waiting = publishers.stream().filter(publisher -> !publisher.isDone()).count();
        throw new Breach(
            Rule.PROGRESS, waiting + " producers wait, and of the messages: " + ledger.positions());
      }
      advance(Duration.ofSeconds(1));
    }
    ledger.settle();
    return seconds;
  }

  private void createTopic() {
    ModelPort admin = zooKeeper.client(new OwnerLoop(time, lives++), Duration.ofSeconds(30));
    List<Object> done = new ArrayList<>();
    Completion<Object> created = Completion.of(done::add, OwnersWorld::fail);
    Store.open(
        admin,
        Completion.of(
            opened ->
                new TopicCatalog(admin)
                    .create(TOPIC, config, Completion.of(created::succeeded, created::failed)),
            OwnersWorld::fail));
    advance(STARTUP);
    admin.close(() -> done.add(Done.DONE));
    advance(STARTUP);
    if (done.size() != 2) {
      throw new IllegalStateException("no topic");
    }
  }

  private static void fail(QueueException why) {
    throw new IllegalStateException(why);
  }

  private void startSubscribers(Randomness chance) {
    int number = 0;
    for (String subscription : plan.subscriptions()) {
      for (int i = 0; i < plan.consumers(); i++) {
        SplittableRandom random = chance.of(Concern.CHURN, number++);
        Subscriber subscriber = new Subscriber(this, random, subscription, plan);
        long wait = subscription.equals(Plan.LATE) ? plan.chaos().toNanos() / 2 : 0;
        time.schedule(wait, EventKind.TIMER, -1, 0, subscriber::start);
      }
    }
  }

  private void advance(Duration duration) {
    time.runUntil(time.nowNanos() + duration.toNanos());
  }

  private boolean isSettled() {
    return publishers.stream().allMatch(Publisher::isDone) && ledger.isConsumed();
  }

  // ---- For those who take part.

  VirtualTime time() {
    return time;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Whether all faults are over. */
  boolean isCalm() {
    return calm;
  }

  OwnerNode node(int place) {
    return nodes.get(place);
  }

  private OwnerNode newLife() {
    OwnerNode created =
        new OwnerNode(plan, PARTITION, config, time, zooKeeper, ledger, deadLetters, lives++);
    everyLife.add(created);
    return created;
  }

  /** A new process takes the place of one that died. */
  void restart(int place) {
    if (!nodes.get(place).isAlive()) {
      OwnerNode restarted = newLife();
      nodes.set(place, restarted);
      if (place == suggested) {
        restarted.suggest();
      }
    }
  }

  /**
   * From now on, that node should own the partition.
   *
   * @param known whether the others hear of it
   */
  void suggest(int place, boolean known) {
    suggested = place;
    nodes.get(place).suggest();
    for (int other = 0; other < nodes.size(); other++) {
      if (known && other != place && nodes.get(other).isAlive()) {
        nodes.get(other).withdraw();
      }
    }
  }

  /** Mostly the node that should own the partition, sometimes any. */
  OwnerNode anyNode(SplittableRandom random) {
    return nodes.get(random.nextInt(4) > 0 ? suggested : random.nextInt(nodes.size()));
  }

  int clientOf(OwnerNode node) {
    return node.client().number();
  }

  Wire wire() {
    return new Wire(time, latency, -1);
  }

  long nextConsumer() {
    return ++consumers;
  }

  /** Whether a fault that clients commit happens now; counted if so. */
  boolean happens(Fault fault, SplittableRandom random) {
    int weight = plan.weights().getOrDefault(fault, 0);
    boolean happens = !calm && random.nextInt(100) < 3 * weight;
    if (happens) {
      tally.fired(fault);
    }
    return happens;
  }
}
