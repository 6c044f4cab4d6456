package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.bench.Report.Goal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages at a fixed rate, from when they were due to their consumer, and to confirmation. */
final class RoundtripBench implements Bench.Measurement {
  private static final int GOAL_RATE = 20_000;
  private static final int GOAL_SIZE = 1_024;
  private static final double GOAL_MILLIS = 20;

  private final Rig rig;
  private final MessageOptions messages;
  private final ConsumeBench.Load load;
  private final long count;
  private final long perSecond;

  RoundtripBench(
      Rig rig, MessageOptions messages, ConsumeBench.Load load, long count, long perSecond) {
    this.rig = rig;
    this.messages = messages;
    this.load = load;
    this.count = count;
    this.perSecond = perSecond;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    String topic = rig.newTopic(messages.topic());
    round.progress("at a fixed rate");
    Latency confirmation = new Latency();
    Latency delivery = new Latency();
    try (Publishing publishing =
            new Publishing(
                Endpoints.producers(rig, List.of(topic), load.producers(), load.connections()),
                messages.bodies(),
                count,
                perSecond,
                confirmation);
        Consuming consuming =
            new Consuming(
                Endpoints.consumers(
                    rig, topic, load.consumers(), load.credit(), load.connections()),
                Publishing.shares(count, load.producers()),
                count,
                delivery)) {
      publishing.prepare();
      consuming.start();
      publishing.start();
      Clock clock = new Clock(rig);
      var unused = consuming.awaitNanos(rig);
      Publishing.Outcome outcome = publishing.await();
      round.rate("rate", outcome.perSecond(), messages.size());
      round.latency("due to delivered", delivery, goal());
      round.latency("due to confirmed", confirmation, null);
      clock.report(round, "publish and consume", count);
      round.errors(outcome);
    }
    rig.delete(topic);
  }

  private @Nullable Goal goal() {
    return perSecond == GOAL_RATE && messages.size() == GOAL_SIZE ? Goal.atMost(GOAL_MILLIS) : null;
  }
}
