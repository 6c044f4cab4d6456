package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Bodies;
import dev.arpeggio.node.cli.bench.load.Endpoints;
import dev.arpeggio.node.cli.bench.load.Latency;
import dev.arpeggio.node.cli.bench.load.MessageOptions;
import dev.arpeggio.node.cli.bench.load.Publishing;
import dev.arpeggio.node.cli.bench.load.Rig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** One producer, and readers that drop a share of what they read. */
final class Readers implements Bench.Measurement {
  /**
   * Longer than any round: that an item comes back has no other reason than that it was dropped.
   */
  private static final Duration LEASE = Duration.ofHours(1);

  private final Rig rig;
  private final MessageOptions messages;
  private final Plan plan;

  /**
   * What happens.
   *
   * @param perSecond items put; 0: as fast as possible
   * @param credit items that a reader fetches ahead, itself included
   * @param connections that the readers share
   */
  record Plan(
      int count,
      long perSecond,
      int readers,
      int credit,
      int connections,
      int dropPercent,
      Reader.Drops drops) {}

  Readers(Rig rig, MessageOptions messages, Plan plan) {
    this.rig = rig;
    this.messages = messages;
    this.plan = plan;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    TopicOptions config = messages.topic().withLease(LEASE);
    String topic = rig.newTopic(config);
    round.progress("put and read");
    ConfirmedOnce judge = new ConfirmedOnce(plan.count());
    Latency latency = new Latency();
    Bodies bodies = messages.bodies();
    List<Reader> readers = new ArrayList<>();
    long started = System.nanoTime();
    try (Publishing publishing =
        new Publishing(
            Endpoints.producers(rig, List.of(topic), 1, 1),
            bodies,
            plan.count(),
            plan.perSecond(),
            new Latency())) {
      try {
        for (int i = 0; i < plan.readers(); i++) {
          readers.add(reader(i, topic, judge, latency));
        }
        readers.forEach(Thread::start);
        publishing.prepare();
        publishing.start();
        rig.await(
            judge.all(),
            () -> {
              readers.forEach(Reader::requireWhole);
              return judge.confirmed();
            },
            "no item was confirmed any more");
        readers.forEach(Reader::flush);
        long nanos = Math.max(1, System.nanoTime() - started);
        round.rate("put, read and confirmed", plan.count() * 1e9 / nanos, messages.size());
        round.errors(publishing.await());
      } finally {
        for (Reader reader : readers) {
          reader.end();
        }
      }
    }
    round.latency("put to first read", latency, null);
    add(round, "reads", readers, Reader::read);
    add(round, "dropped", readers, Reader::dropped);
    add(round, "waits for nothing", readers, Reader::misses);
    Bench.require(judge.isExact(), "not every item was confirmed exactly once: " + judge);
    long backlog = rig.backlog(topic);
    Bench.require(backlog == 0, "all is confirmed, and the backlog is " + backlog);
    rig.delete(topic);
  }

  private Reader reader(int number, String topic, ConfirmedOnce judge, Latency latency) {
    ConsumerOptions options = ConsumerOptions.defaults().withCredit(plan.credit());
    int client = number % plan.connections();
    return new Reader(
        number,
        () -> rig.client(client).consumer(topic, options),
        plan.dropPercent(),
        plan.drops(),
        judge,
        latency);
  }

  private static void add(
      Bench.Round round, String what, List<Reader> readers, ToLongFunction<Reader> of) {
    round.report().figure(what, "items").add((double) readers.stream().mapToLong(of).sum());
  }
}
