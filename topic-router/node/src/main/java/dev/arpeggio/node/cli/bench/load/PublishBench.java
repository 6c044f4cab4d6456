package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.bench.RawLog;
import dev.arpeggio.node.cli.bench.RawRates;
import dev.arpeggio.node.cli.bench.Report;
import dev.arpeggio.node.cli.bench.Report.Goal;
import dev.arpeggio.node.cli.bench.Samples;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** Confirmed publishes beside raw transactions, and many topics beside one. */
final class PublishBench implements Bench.Measurement {
  /** What frames a message of this kind, in bytes. */
  private static final int FRAME_BYTES = 6;

  private static final int LARGE_BYTES = 1_024;

  private static final String RATE = "publish";
  private static final String RAW = "raw, best segment size";
  private static final String RAW_RATIO = "publish / raw";
  private static final String ONE_TOPIC = "one topic";

  /** How much, from whom, where to, and how fast. */
  record Load(long count, int producers, int topics, long perSecond, int connections) {}

  private final Rig rig;
  private final MessageOptions messages;
  private final Load load;
  private final RawRates rawRates = new RawRates();

  PublishBench(Rig rig, MessageOptions messages, Load load) {
    this.rig = rig;
    this.messages = messages;
    this.load = load;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException, KeeperException {
    Report report = round.report();
    RawLog raw = rig.raw();
    boolean compared = raw != null && load.perSecond() == 0;
    if (raw != null && compared) {
      round.progress("raw transactions");
      int frame = messages.size() + FRAME_BYTES;
      RawRates into = round.counts() ? rawRates : new RawRates();
      into.measure(raw, load.count() * frame, frame);
      report.figure(RAW, "messages/s");
    }
    double alone = 0;
    if (load.topics() > 1) {
      round.progress("one topic");
      Publishing.Outcome one = publish(1, new Latency());
      alone = one.perSecond();
      report.figure(ONE_TOPIC, "messages/s").add(alone);
      round.errors(one);
    }
    round.progress("publish");
    Latency latency = new Latency();
    Clock clock = new Clock(rig);
    Publishing.Outcome outcome = publish(load.topics(), latency);
    round.rate(RATE, outcome.perSecond(), messages.size(), goal());
    if (alone > 0) {
      report
          .figure("publish / one topic", "x", Goal.atLeast(0.95))
          .add(outcome.perSecond() / alone);
    }
    if (compared) {
      // Small messages cost the client and the owner, not the log.
      boolean large = messages.size() >= LARGE_BYTES;
      report.figure(RAW_RATIO, "x", large ? Goal.atLeast(0.7) : null);
    }
    round.latency("confirmation", latency, null);
    clock.report(round, RATE, load.count());
    round.errors(outcome);
  }

  @Override
  public void finish(Report report) {
    if (rig.raw() != null && load.perSecond() == 0) {
      Samples best = rawRates.best();
      report.figure(RAW, "messages/s").addAll(best);
      report.figure(RAW_RATIO, "x").addAll(report.figure(RATE, "messages/s").dividedBy(best));
    }
  }

  /** What a machine of two cores should reach, where it is known. */
  private @Nullable Goal goal() {
    if (load.perSecond() > 0 || load.topics() > 1) {
      return null;
    }
    return switch (messages.size()) {
      case 1_024 -> Goal.atLeast(120_000);
      case 100 -> Goal.atLeast(500_000);
      default -> null;
    };
  }

  private Publishing.Outcome publish(int topics, Latency latency) throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < topics; i++) {
      names.add(rig.newTopic(messages.topic()));
    }
    Publishing.Outcome outcome;
    int producers = topics == 1 && load.topics() > 1 ? 1 : load.producers();
    Publishing publishing =
        new Publishing(
            Endpoints.producers(rig, names, producers, load.connections()),
            messages.bodies(),
            load.count(),
            load.perSecond(),
            latency);
    try (publishing) {
      outcome = publishing.run();
    }
    long stored = names.stream().mapToLong(rig::stored).sum();
    Bench.require(
        stored <= load.count() && stored >= load.count() - outcome.failed(),
        "%d messages were published, %d failed, and %d are stored"
            .formatted(load.count(), outcome.failed(), stored));
    names.forEach(rig::delete);
    return outcome;
  }
}
