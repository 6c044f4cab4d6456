package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.bench.Report;
import dev.arpeggio.node.cli.bench.Report.Goal;
import java.util.List;

/** A backlog is published and consumed; then, if asked for, both at once. */
final class ConsumeBench implements Bench.Measurement {
  private final Rig rig;
  private final MessageOptions messages;
  private final Load load;
  private final boolean both;

  /** Who publishes and who consumes. */
  record Load(int producers, int consumers, int credit, int connections) {}

  ConsumeBench(Rig rig, MessageOptions messages, Load load, boolean both) {
    this.rig = rig;
    this.messages = messages;
    this.load = load;
    this.both = both;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    Report report = round.report();
    String topic = rig.newTopic(messages.topic());
    round.progress("publish");
    Publishing.Outcome published;
    try (Publishing publishing = publishing(topic)) {
      published = publishing.run();
    }
    round.rate("publish", published.perSecond(), messages.size());
    round.errors(published);
    round.progress("consume and acknowledge");
    Clock clock = new Clock(rig);
    double consumed = messages.count() * 1e9 / consume(topic);
    round.rate("consume and acknowledge", consumed, messages.size());
    report.figure("consume / publish", "x", Goal.atLeast(1)).add(consumed / published.perSecond());
    clock.report(round, "consume", messages.count());
    rig.delete(topic);
    if (both) {
      round.progress("both at once");
      double together = both(round);
      round.rate("both at once", together, messages.size());
      report.figure("both / publish", "x", Goal.atLeast(0.6)).add(together / published.perSecond());
    }
  }

  /** Nanoseconds. */
  private long consume(String topic) throws InterruptedException {
    try (Consuming consuming = consuming(topic)) {
      consuming.start();
      long nanos = consuming.awaitNanos(rig);
      requireNoBacklog(topic);
      return nanos;
    }
  }

  /** The rate of both at once: messages a second that were published, consumed and acknowledged. */
  private double both(Bench.Round round) throws InterruptedException {
    String topic = rig.newTopic(messages.topic());
    long nanos;
    try (Publishing publishing = publishing(topic);
        Consuming consuming = consuming(topic)) {
      publishing.prepare();
      consuming.start();
      publishing.start();
      nanos = consuming.awaitNanos(rig);
      round.errors(publishing.await());
      requireNoBacklog(topic);
    }
    rig.delete(topic);
    return messages.count() * 1e9 / nanos;
  }

  private void requireNoBacklog(String topic) {
    long backlog = rig.backlog(topic);
    Bench.require(backlog == 0, "all is acknowledged, and the backlog is " + backlog);
  }

  private Publishing publishing(String topic) {
    return new Publishing(
        Endpoints.producers(rig, List.of(topic), load.producers(), load.connections()),
        messages.bodies(),
        messages.count(),
        0,
        new Latency());
  }

  private Consuming consuming(String topic) {
    return new Consuming(
        Endpoints.consumers(rig, topic, load.consumers(), load.credit(), load.connections()),
        Publishing.shares(messages.count(), load.producers()),
        messages.count(),
        null);
  }
}
