package dev.arpeggio.node.cli.bench;

import dev.arpeggio.queue.PartitionStats;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;

/**
 * Measures one partition against {@link RawLog} on the same server. Each round measures everything
 * once, so that ratios compare neighbours in time.
 */
final class LogBench {
  private static final long BYTES_A_MEASURE = 192L << 20;
  private static final int BATCH_BYTES = 48 << 10;
  private static final int LATENCY_OPERATIONS = 2_000;
  private static final long BACKLOG_MESSAGES = 1_000_000;
  private static final int BACKLOG_MESSAGE_BYTES = 100;
  private static final int CYCLES = 20;

  private final ThreadEventLoop loop;
  private final ZooKeeperPort port;
  private final RawLog raw;
  private final Consumer<String> progress;
  private int topics;

  /**
   * @param progress told what is measured
   */
  LogBench(ThreadEventLoop loop, ZooKeeperPort port, RawLog raw, Consumer<String> progress) {
    this.loop = loop;
    this.port = port;
    this.raw = raw;
    this.progress = progress;
  }

  /** Messages a second of one size. */
  static final class Throughput {
    final RawRates raw = new RawRates();
    final Samples append = new Samples();
    final Samples consume = new Samples();
    final Samples both = new Samples();
    final Samples consumeToAppend = new Samples();
    final Samples bothToAppend = new Samples();

    /** Round by round. */
    Samples appendToRaw() {
      return append.dividedBy(raw.best());
    }
  }

  /** Nanoseconds of one write at a time. */
  static final class Latency {
    final Samples raw = new Samples();
    final Samples append = new Samples();
    final Samples appendToRaw = new Samples();
  }

  /** What a backlog of a million small messages costs. */
  static final class Backlog {
    final Samples firstDeliveryMillis = new Samples();
    final Samples loadedMillis = new Samples();
    final Samples ownerBytesPerMessage = new Samples();
    final Samples consumeWithout = new Samples();
    final Samples consumeWith = new Samples();
    final Samples withToWithout = new Samples();
    final Samples consumeAfterTakeover = new Samples();
  }

  /** One round for one size of messages. */
  void throughput(int messageBytes, Throughput into) throws InterruptedException, KeeperException {
    Payload payload = new Payload(messageBytes, BATCH_BYTES);
    int batches = (int) (BYTES_A_MEASURE / (payload.count() * payload.frameBytes()));
    long messages = (long) batches * payload.count();
    progress.accept(messageBytes + " bytes: raw transactions");
    into.raw.measure(raw, BYTES_A_MEASURE, payload.frameBytes());
    try (BenchPartition partition = newPartition()) {
      partition.subscribe();
      progress.accept(messageBytes + " bytes: append");
      double append = perSecond(messages, partition.append(payload, batches));
      progress.accept(messageBytes + " bytes: consume and acknowledge");
      double consume = perSecond(messages, partition.consume(messages));
      progress.accept(messageBytes + " bytes: both at once");
      double both = perSecond(messages, partition.both(payload, batches));
      into.append.add(append);
      into.consume.add(consume);
      into.both.add(both);
      into.consumeToAppend.add(consume / append);
      into.bothToAppend.add(both / append);
    }
  }

  /** One round of one write at a time. */
  void latency(Latency into) throws InterruptedException, KeeperException {
    progress.accept("one at a time");
    Payload payload = new Payload(1_024, 1);
    double rawNanos = Samples.of(raw.latencies(LATENCY_OPERATIONS, 1_100)).median();
    raw.clear();
    try (BenchPartition partition = newPartition()) {
      double nanos = Samples.of(partition.latencies(payload, LATENCY_OPERATIONS)).median();
      into.raw.add(rawNanos);
      into.append.add(nanos);
      into.appendToRaw.add(nanos / rawNanos);
    }
  }

  /** One round with a backlog. */
  void backlog(Backlog into) {
    Payload payload = new Payload(BACKLOG_MESSAGE_BYTES, BATCH_BYTES);
    int batches = (int) (BACKLOG_MESSAGES / payload.count()) + 1;
    int some = batches / 10;
    try (BenchPartition partition = newPartition()) {
      partition.subscribe();
      progress.accept("without a backlog");
      double without = cycles(partition, payload, some);
      progress.accept("backlog of 1,000,000");
      partition.append(payload, batches);
      double with = cycles(partition, payload, some);
      long[] released = new long[1];
      long used = usedHeap();
      PartitionStats stats = partition.stats();
      partition.whileReleased(() -> released[0] = usedHeap());
      long index = used - released[0] - stats.residentBytes();
      long[] takeover = partition.takeOver(payload);
      long someMessages = (long) some * payload.count();
      double after = perSecond(someMessages, partition.consume(someMessages));
      into.firstDeliveryMillis.add(takeover[0] / 1e6);
      into.loadedMillis.add(takeover[1] / 1e6);
      into.ownerBytesPerMessage.add((double) index / ((long) batches * payload.count()));
      into.consumeWithout.add(without);
      into.consumeWith.add(with);
      into.withToWithout.add(with / without);
      into.consumeAfterTakeover.add(after);
    }
  }

  /** The rate of consuming again and again as much as has just been published. */
  private static double cycles(BenchPartition partition, Payload payload, int batches) {
    long messages = (long) batches * payload.count();
    long nanos = 0;
    for (int i = 0; i < CYCLES; i++) {
      partition.append(payload, batches);
      nanos += partition.consume(messages);
    }
    return perSecond(CYCLES * messages, nanos);
  }

  private BenchPartition newPartition() {
    return BenchPartition.create(loop, port, "bench-" + ++topics);
  }

  private static long usedHeap() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static double perSecond(long messages, long nanos) {
    return messages * 1e9 / nanos;
  }
}
