package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.node.cli.bench.RawLog;
import dev.arpeggio.node.cli.bench.Report.Goal;
import dev.arpeggio.node.cli.bench.Samples;
import org.apache.zookeeper.KeeperException;

/**
 * A message after the other, each sent when the one before is confirmed; the same for raw writes.
 */
final class OneAtATime implements Bench.Measurement {
  /** Of a segment, beside the body of its message. */
  private static final int SEGMENT_OVERHEAD_BYTES = 76;

  private final Rig rig;
  private final MessageOptions messages;
  private final long count;

  OneAtATime(Rig rig, MessageOptions messages, long count) {
    this.rig = rig;
    this.messages = messages;
    this.count = count;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException, KeeperException {
    RawLog raw = rig.raw();
    double rawNanos = 0;
    if (raw != null) {
      round.progress("raw writes");
      int bytes = messages.size() + SEGMENT_OVERHEAD_BYTES;
      rawNanos = Samples.of(raw.latencies(Math.toIntExact(count), bytes)).median();
      raw.clear();
      round.report().figure("raw write, P50", "ms").add(rawNanos / 1e6);
    }
    round.progress("publish");
    Latency latency = new Latency();
    publish(latency);
    round.latency("publish", latency, null);
    if (rawNanos > 0) {
      round
          .report()
          .figure("publish / raw, P50", "x", Goal.atMost(1.5))
          .add(latency.medianNanos() / rawNanos);
    }
  }

  private void publish(Latency latency) {
    String topic = rig.newTopic(messages.topic());
    byte[] body = messages.bodies().template();
    Message message = Message.of(body);
    try (Producer producer = rig.client(0).producer(topic)) {
      for (long i = 0; i < count; i++) {
        long started = System.nanoTime();
        Bodies.stamp(body, 0, i, started);
        Failures.join(producer.send(message));
        // The first one makes the connection and the partition ready.
        if (i > 0) {
          latency.record(System.nanoTime() - started);
        }
      }
    }
    long stored = rig.stored(topic);
    Bench.require(
        stored == count, "%d messages were confirmed, and %d are stored".formatted(count, stored));
    rig.delete(topic);
  }
}
