package dev.arpeggio.queue.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.ensemble.TcpProxy;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.PartitionStats;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.RealNode;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A partition in use: nodes that own it in turn, producers and a consumer that follow the owner,
 * and the ledger. Each node has its own ways to the servers.
 */
final class Traffic {
  static final String CHROOT = "/arpeggio/faults";

  private final List<Route> routes = new ArrayList<>();
  private final List<RealNode> nodes = new ArrayList<>();
  private final List<TrafficProducer> producers = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final Owners owners;
  private final TrafficConsumer consumer;

  /**
   * Who takes part.
   *
   * @param owners nodes that would own the partition
   * @param window batches that each producer has under way
   * @param batch most messages of a batch
   * @param pause between the batches of a producer
   * @param messages that each producer sends; it stops by itself then
   */
  record Shape(int owners, int producers, int window, int batch, Duration pause, long messages) {
    static final Shape USUAL = new Shape(1, 2, 32, 10, Duration.ofMillis(2), Long.MAX_VALUE);

    Shape withOwners(int count) {
      return new Shape(count, producers, window, batch, pause, messages);
    }
  }

  /** Starts at once. */
  static Traffic on(Ensemble ensemble, String topic, Shape shape, long seed) throws Exception {
    var traffic = new Traffic(ensemble, new TopicName(topic), shape, seed);
    traffic.producers.forEach(TrafficProducer::start);
    traffic.consumer.start();
    return traffic;
  }

  private Traffic(Ensemble ensemble, TopicName topic, Shape shape, long seed) throws Exception {
    for (int i = 0; i < shape.owners(); i++) {
      var route = new Route(ensemble);
      routes.add(route);
      nodes.add(
          new RealNode("node-" + i, route.connectString() + CHROOT, PartitionOptions.defaults()));
    }
    RealNode admin = nodes.get(0);
    admin.<Done>on(done -> Store.open(admin.port, done)).value();
    var catalog = new TopicCatalog(admin.port);
    admin.<TopicConfig>on(done -> catalog.create(topic, TopicConfig.defaults(), done)).value();
    owners = new Owners(nodes, new PartitionId(topic, 0));
    for (int i = 0; i < shape.producers(); i++) {
      producers.add(new TrafficProducer(owners, ledger, i, shape, seed + i));
    }
    consumer = new TrafficConsumer(owners, ledger);
  }

  Ledger ledger() {
    return ledger;
  }

  List<Route> routes() {
    return routes;
  }

  /** The owner's ways, as far as it is known who that is. */
  Route routeOfOwner() {
    Owners.Generation now = owners.current();
    return routes.get(now == null ? 0 : now.index());
  }

  List<RealNode> nodes() {
    return nodes;
  }

  /** Another node takes the partition over, if there is another; returns once it has it. */
  void handOver() {
    int before = generations();
    handOverSoon();
    RealNode.await(() -> generations() > before, () -> "a takeover: " + this);
  }

  /** Another node takes the partition over as soon as it can. */
  void handOverSoon() {
    owners.handOver();
  }

  /** How often the partition had an owner so far. */
  int generations() {
    Owners.Generation now = owners.current();
    return now == null ? 0 : now.number();
  }

  /** Refusals that producers met, by reason. */
  Map<Reason, Integer> failures() {
    var all = new TreeMap<Reason, Integer>();
    producers.forEach(
        producer ->
            producer.failures().forEach((reason, count) -> all.merge(reason, count, Integer::sum)));
    return all;
  }

  /** Waits until that many more messages are confirmed, and as many delivered. */
  Traffic flow(int messages) {
    long confirmed = ledger.confirmedMessages() + messages;
    long delivered = ledger.deliveredMessages() + messages;
    RealNode.await(
        () -> ledger.confirmedMessages() >= confirmed && ledger.deliveredMessages() >= delivered,
        () -> "traffic flows: " + this);
    return this;
  }

  /** The next, once the producers have sent all that they are to send. */
  void finishWhenAllIsSent() {
    RealNode.await(
        () -> producers.stream().allMatch(TrafficProducer::hasSentAll),
        () -> "all is sent: " + this);
    finish();
  }

  /** Settles, and fails if anything went wrong. */
  void finish() {
    settle();
    assertEquals(List.of(), ledger.violations());
  }

  /**
   * Sends nothing new, and waits until everything is confirmed, delivered and acknowledged. What
   * went wrong is in the ledger.
   */
  void settle() {
    producers.forEach(TrafficProducer::stop);
    RealNode.await(ledger::isSettled, () -> "all that was sent arrives: " + this);
    RealNode.await(this::isAllAcknowledged, () -> "all is acknowledged: " + this);
    ledger.close();
  }

  private boolean isAllAcknowledged() {
    Owners.Generation now = owners.current();
    return now != null
        && !now.partition().lost.isDone()
        && now.node()
            .ask(
                () ->
                    now.partition().partition.isServed()
                        && isAllAcknowledged(now.partition().partition.stats()));
  }

  private static boolean isAllAcknowledged(PartitionStats stats) {
    return stats.subscriptions().stream()
        .allMatch(subscription -> subscription.floor() == stats.nextOffset());
  }

  @Override
  public String toString() {
    return ledger
        + ", owners "
        + generations()
        + ", refusals "
        + failures()
        + ", violations "
        + ledger.violations();
  }

  /** Ends everything, however it stands. */
  void end() throws Exception {
    producers.forEach(TrafficProducer::end);
    consumer.end();
    owners.end();
    for (Route route : routes) {
      route.each(TcpProxy::heal);
    }
    for (RealNode node : nodes) {
      node.close();
    }
    for (Route route : routes) {
      route.close();
    }
  }
}
