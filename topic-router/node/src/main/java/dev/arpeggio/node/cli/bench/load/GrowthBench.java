package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.io.Figures;
import java.util.List;

/** Publishing and consuming with more and more of one thing at a time. */
final class GrowthBench implements Bench.Measurement {
  /** Of all consumers together, so that none takes more than its share of the messages. */
  private static final int CREDIT = 10_000;

  private final Rig rig;
  private final MessageOptions messages;
  private final long count;
  private final List<Integer> partitions;
  private final List<Integer> consumers;
  private final List<Long> backlogs;

  GrowthBench(
      Rig rig,
      MessageOptions messages,
      long count,
      List<Integer> partitions,
      List<Integer> consumers,
      List<Long> backlogs) {
    this.rig = rig;
    this.messages = messages;
    this.count = count;
    this.partitions = List.copyOf(partitions);
    this.consumers = List.copyOf(consumers);
    this.backlogs = List.copyOf(backlogs);
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    for (int number : partitions) {
      measure(round, Figures.count(number, "partition"), number, 1, 0);
    }
    for (int number : consumers) {
      measure(round, Figures.count(number, "consumer"), 1, number, 0);
    }
    for (long number : backlogs) {
      measure(round, "backlog of " + Figures.count(number), 1, 1, number);
    }
  }

  private void measure(
      Bench.Round round, String what, int partitionCount, int consumerCount, long backlog)
      throws InterruptedException {
    round.progress(what);
    String topic = rig.newTopic(messages.topic(partitionCount));
    long[] published = {0, count};
    if (backlog > 0) {
      published[0] = backlog;
      try (Publishing before = publishing(topic, 0, backlog)) {
        round.errors(before.run());
      }
    }
    try (Publishing publishing = publishing(topic, 1, count)) {
      Publishing.Outcome outcome = publishing.run();
      round.report().figure(what + ", publish", "messages/s").add(outcome.perSecond());
      round.errors(outcome);
    }
    int credit = Math.max(1, CREDIT / consumerCount);
    try (Consuming consuming =
        new Consuming(
            Endpoints.consumers(rig, topic, consumerCount, credit, 1), published, count, null)) {
      consuming.start();
      long nanos = consuming.awaitNanos(rig);
      round.report().figure(what + ", consume", "messages/s").add(count * 1e9 / nanos);
    }
    rig.delete(topic);
  }

  private Publishing publishing(String topic, int id, long number) {
    return new Publishing(
        Endpoints.producers(rig, List.of(topic), 1, 1),
        id,
        messages.bodies(),
        number,
        0,
        new Latency());
  }
}
