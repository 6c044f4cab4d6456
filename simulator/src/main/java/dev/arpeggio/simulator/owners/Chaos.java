package dev.arpeggio.simulator.owners;

import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.zookeeper.Ensemble;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/** Lets faults happen, as often as the plan wants it, and ends them all. */
final class Chaos {
  private final OwnersWorld world;
  private final Plan plan;
  private final Ensemble zooKeeper;
  private final Tally tally;
  private final SplittableRandom random;

  Chaos(OwnersWorld world, Plan plan, Ensemble zooKeeper, Tally tally, SplittableRandom random) {
    this.world = world;
    this.plan = plan;
    this.zooKeeper = zooKeeper;
    this.tally = tally;
    this.random = random;
  }

  void start() {
    long mean = plan.calm().toNanos();
    later(
        random.nextLong(mean / 10, 2 * mean),
        () -> {
          if (!world.isCalm()) {
            happen(draw());
            start();
          }
        });
  }

  private void later(long nanos, Runnable task) {
    world.time().schedule(nanos, EventKind.TIMER, -1, 0, task);
  }

  /** Mostly short, sometimes long. */
  private Duration span() {
    return Duration.ofMillis(
        random.nextInt(4) == 0 ? random.nextInt(500, 10_000) : random.nextInt(1, 1_000));
  }

  private void during(Runnable fault, Runnable end) {
    fault.run();
    later(span().toNanos(), end);
  }

  private Fault draw() {
    int total = plan.weights().values().stream().mapToInt(Integer::intValue).sum();
    int ticket = random.nextInt(total);
    for (Map.Entry<Fault, Integer> weight : plan.weights().entrySet()) {
      ticket -= weight.getValue();
      if (ticket < 0) {
        return weight.getKey();
      }
    }
    throw new IllegalStateException("a ticket beyond the last");
  }

  private void happen(Fault fault) {
    int place = random.nextInt(plan.owners());
    OwnerNode node = world.node(place);
    int server = random.nextInt(zooKeeper.serverCount());
    switch (fault) {
      case CRASH -> crash(place);
      case PAUSE -> {
        node.loop().pause(span());
        fired(fault, node);
      }
      case CUT_TO_SERVER -> cut(fault, node, true, false);
      case CUT_FROM_SERVER -> cut(fault, node, false, true);
      case CUT_BOTH_WAYS -> cut(fault, node, true, true);
      case RESET -> {
        if (node.client().isConnected()) {
          node.client().reset();
          fired(fault, node);
        }
      }
      case EXPIRE -> {
        if (node.client().session() != 0) {
          zooKeeper.expire(node.client().session());
          fired(fault, node);
        }
      }
      case SERVER_RESTART -> {
        during(() -> zooKeeper.stop(server), () -> zooKeeper.start(server));
        tally.fired(fault);
      }
      case MAJORITY_LOST -> {
        during(this::stopMajority, this::startServers);
        tally.fired(fault);
      }
      case ELECTION -> {
        zooKeeper.elect(span());
        tally.fired(fault);
      }
      case LAG -> {
        during(
            () -> zooKeeper.lag(server, Duration.ofMillis(random.nextInt(10, 2_000))),
            () -> zooKeeper.lag(server, Duration.ZERO));
        tally.fired(fault);
      }
      case SLOW -> {
        during(() -> zooKeeper.slow(random.nextInt(10, 500)), () -> zooKeeper.slow(1));
        tally.fired(fault);
      }
      case STRAY -> {
        during(() -> zooKeeper.strays(random.nextInt(10, 100)), () -> zooKeeper.strays(0));
        tally.fired(fault);
      }
      case MOVE -> {
        world.suggest(place, true);
        tally.fired(fault);
      }
      case TWO_OWNERS -> {
        world.suggest(place, false);
        tally.fired(fault);
      }
      // What clients do is drawn by the clients.
      case VANISH, PARTIAL_ACK, RELEASE, DAWDLE, LATE_REPEAT, UNKNOWN_OUTCOME -> {}
    }
  }

  private void fired(Fault fault, OwnerNode node) {
    if (node.isAlive()) {
      tally.fired(fault);
    }
  }

  private void crash(int place) {
    if (world.node(place).isAlive()) {
      tally.fired(Fault.CRASH);
      during(() -> world.node(place).kill(), () -> world.restart(place));
    }
  }

  private void cut(Fault fault, OwnerNode node, boolean toServer, boolean toClient) {
    during(() -> node.client().cut(toServer, toClient), node.client()::heal);
    fired(fault, node);
  }

  private void stopMajority() {
    for (int server = 0; 2 * server <= zooKeeper.serverCount(); server++) {
      zooKeeper.stop(server);
    }
  }

  private void startServers() {
    for (int server = 0; server < zooKeeper.serverCount(); server++) {
      zooKeeper.start(server);
    }
  }

  /** From now on, all is well. */
  void end() {
    startServers();
    zooKeeper.slow(1);
    zooKeeper.strays(0);
    for (int server = 0; server < zooKeeper.serverCount(); server++) {
      zooKeeper.lag(server, Duration.ZERO);
    }
    for (int place = 0; place < plan.owners(); place++) {
      world.restart(place);
      world.node(place).loop().resume();
      world.node(place).client().heal();
    }
  }
}
