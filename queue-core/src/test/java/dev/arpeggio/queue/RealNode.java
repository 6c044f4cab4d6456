package dev.arpeggio.queue;

import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A node with a thread, a real ZooKeeper session and partitions. */
final class RealNode implements AutoCloseable {
  static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

  final ThreadEventLoop loop;
  final ZooKeeperSession session;
  final ZooKeeperPort port;
  final ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
  private final OwnerContext context;

  RealNode(String name, String connectString, PartitionOptions options) throws Exception {
    loop = new ThreadEventLoop(name, bugs::add);
    session = ZooKeeperSession.connect(connectString, SESSION_TIMEOUT, Duration.ofSeconds(60));
    port = session.on(loop);
    context =
        new OwnerContext(
            new NodeIdentity(name, name + ":7000"),
            loop,
            port,
            new Random(name.hashCode()),
            options);
  }

  <T> Recorded<T> on(Consumer<Completion<T>> operation) {
    var recorded = new Recorded<T>();
    loop.execute(() -> operation.accept(recorded));
    return recorded;
  }

  <T> T ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, loop).orTimeout(60, TimeUnit.SECONDS).join();
  }

  RealPartition open(PartitionId id) {
    return open(id, TopicConfig.defaults());
  }

  RealPartition open(PartitionId id, TopicConfig config) {
    var opened = new RealPartition(id, config);
    opened.opened.value();
    return opened;
  }

  static void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within a minute: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    session.close();
    loop.close();
    if (!bugs.isEmpty()) {
      throw new AssertionError("bugs on the loop", bugs.peek());
    }
  }

  /** A partition that is used from the test's thread. */
  final class RealPartition {
    final Partition partition;
    final Recorded<Epoch> opened;
    final CompletableFuture<QueueException> lost = new CompletableFuture<>();

    private RealPartition(PartitionId id, TopicConfig config) {
      partition = new Partition(context, id, config, lost::complete);
      opened = on(partition::open);
    }

    Recorded<Appended> append(Batch batch) {
      return on(done -> partition.append(batch, done));
    }

    Recorded<Appended> append(String... texts) {
      return append(Messages.batch(texts));
    }

    TestSink consume(String subscription, long consumer, int credit) {
      var sink = new TestSink();
      ConsumerHandle handle = attached(subscription, consumer, sink).value();
      loop.execute(() -> handle.credit(credit));
      return sink;
    }

    private Recorded<ConsumerHandle> attached(String subscription, long consumer, TestSink sink) {
      return on(done -> partition.attach(subscription, new ConsumerId(0, consumer), sink, done));
    }

    Recorded<Done> acknowledge(String subscription, long first, long count) {
      return on(
          done ->
              partition.acknowledge(subscription, List.of(new OffsetRange(first, count)), done));
    }

    PartitionStats stats() {
      return ask(partition::stats);
    }
  }
}
