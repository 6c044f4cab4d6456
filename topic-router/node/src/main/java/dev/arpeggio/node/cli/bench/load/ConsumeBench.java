package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.bench.Report;
import dev.arpeggio.node.cli.bench.Report.Goal;

/** A backlog is published and consumed; then, if asked for, both at once. */
final class ConsumeBench implements Bench.Measurement {
  private final Rig rig;
  private final MessageOptions messages;
  private final int producers;
  private final int consumers;
  private final int credit;
  private final boolean both;

  ConsumeBench(
      Rig rig, MessageOptions messages, int producers, int consumers, int credit, boolean both) {
    this.rig = rig;
    this.messages = messages;
    this.producers = producers;
    this.consumers = consumers;
    this.credit = credit;
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
    double consumed = messages.count() * 1e9 / consume(topic);
    round.rate("consume and acknowledge", consumed, messages.size());
    report.figure("consume / publish", "x", Goal.atLeast(1)).add(consumed / published.perSecond());
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
      return judged(consuming, topic);
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
      nanos = judged(consuming, topic);
      round.errors(publishing.await());
    }
    rig.delete(topic);
    return messages.count() * 1e9 / nanos;
  }

  private long judged(Consuming consuming, String topic) throws InterruptedException {
    long nanos = consuming.awaitNanos();
    Tally tally = consuming.tally();
    if (nanos == 0) {
      throw rig.stuck("nothing was delivered any more (" + tally + ")");
    }
    Bench.require(tally.isExact(), "not every message came once and in order: " + tally);
    long backlog = rig.backlog(topic);
    Bench.require(backlog == 0, "all is acknowledged, and the backlog is " + backlog);
    return nanos;
  }

  private Publishing publishing(String topic) {
    return new Publishing(
        Endpoints.producers(rig, messages, java.util.List.of(topic), producers),
        messages.bodies(),
        messages.count(),
        0,
        new Latency());
  }

  private Consuming consuming(String topic) {
    return new Consuming(
        Endpoints.consumers(rig, messages, topic, consumers, credit),
        messages.count(),
        producers,
        null);
  }
}
