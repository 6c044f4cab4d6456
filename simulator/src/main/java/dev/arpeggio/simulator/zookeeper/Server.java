package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One server: its own copy of the tree, which follows the leader's order at its own pace, and the
 * clients that are connected to it. What it has applied survives a restart.
 */
final class Server {
  private final Ensemble ensemble;
  private final VirtualTime time;
  private final int number;
  private final Tree tree = new Tree();
  private final Set<Connection> connections = new LinkedHashSet<>();
  private long applied;
  private boolean running = true;
  private long lagNanos;
  private long lastCommitNanos;
  private long lastForwardNanos;

  Server(Ensemble ensemble, VirtualTime time, int number) {
    this.ensemble = ensemble;
    this.time = time;
    this.number = number;
  }

  Tree tree() {
    return tree;
  }

  /** The last transaction that it knows. */
  long applied() {
    return applied;
  }

  boolean isRunning() {
    return running;
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /** Passes something on to the leader, in order; what is on this way outlives the server. */
  void forward(Runnable atLeader) {
    lastForwardNanos = Math.max(lastForwardNanos, time.nowNanos() + ensemble.delayNanos());
    time.schedule(lastForwardNanos - time.nowNanos(), EventKind.REQUEST, -1 - number, 0, atLeader);
  }

  /** The leader says that everything up to there is decided. */
  void follow(long transaction) {
    lastCommitNanos = Math.max(lastCommitNanos, time.nowNanos() + ensemble.delayNanos() + lagNanos);
    time.schedule(
        lastCommitNanos - time.nowNanos(),
        EventKind.RESPONSE,
        -1 - number,
        transaction,
        () -> catchUp(transaction));
  }

  private void catchUp(long transaction) {
    if (!running) {
      return;
    }
    for (Ordered next : ensemble.decided(applied, transaction)) {
      tree.apply(next.transaction(), next.changes());
      applied = next.transaction();
      List.copyOf(connections).forEach(connection -> connection.trigger(next.changes()));
      answerAll();
    }
    // Whoever waits for a sync may have nothing else to wait for.
    answerAll();
  }

  private void answerAll() {
    List.copyOf(connections).forEach(Connection::pump);
  }

  /** From now on it hears of every transaction that much later. */
  void lag(long nanos) {
    lagNanos = nanos;
    if (nanos == 0) {
      lastCommitNanos = time.nowNanos();
      follow(ensemble.lastTransaction());
    }
  }

  void stop() {
    running = false;
    disconnectAll();
  }

  void start() {
    running = true;
    follow(ensemble.lastTransaction());
  }

  void disconnectAll() {
    List.copyOf(connections).forEach(Connection::close);
  }
}
