package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Consuming;
import dev.arpeggio.node.cli.bench.load.Endpoints;
import dev.arpeggio.node.cli.bench.load.Latency;
import dev.arpeggio.node.cli.bench.load.MessageOptions;
import dev.arpeggio.node.cli.bench.load.Publishing;
import dev.arpeggio.node.cli.bench.load.Rig;
import java.util.List;

/** Puts and gets at once. */
final class Flood implements Bench.Measurement {
  private final Rig rig;
  private final MessageOptions messages;
  private final Plan plan;

  /** Who puts and gets how much, and what is there before. */
  record Plan(long count, int producers, int consumers, long prefill, int credit) {}

  Flood(Rig rig, MessageOptions messages, Plan plan) {
    this.rig = rig;
    this.messages = messages;
    this.plan = plan;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    String topic = rig.newTopic(messages.topic());
    // The last producer is the one that filled the queue before.
    long[] shares = Publishing.shares(plan.count(), plan.producers());
    long[] published = java.util.Arrays.copyOf(shares, shares.length + 1);
    published[shares.length] = plan.prefill();
    if (plan.prefill() > 0) {
      round.progress("fill");
      try (Publishing before = publishing(topic, 1, shares.length, plan.prefill())) {
        round.errors(before.run());
      }
    }
    round.progress("flood");
    int connections = plan.producers() + plan.consumers();
    try (Publishing publishing = publishing(topic, plan.producers(), 0, plan.count());
        Consuming consuming =
            new Consuming(
                Endpoints.consumers(rig, topic, plan.consumers(), plan.credit(), connections),
                published,
                plan.count(),
                null)) {
      publishing.prepare();
      consuming.start();
      publishing.start();
      long nanos = consuming.awaitNanos(rig);
      Publishing.Outcome outcome = publishing.await();
      round.rate("put and got", plan.count() * 1e9 / nanos, messages.size());
      round.report().figure("put", "messages/s").add(outcome.perSecond());
      round.errors(outcome);
    }
    rig.delete(topic);
  }

  private Publishing publishing(String topic, int producers, int firstId, long count) {
    return new Publishing(
        Endpoints.producers(rig, List.of(topic), producers, producers),
        firstId,
        messages.bodies(),
        count,
        0,
        new Latency());
  }
}
