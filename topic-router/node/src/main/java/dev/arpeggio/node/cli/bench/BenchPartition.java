package dev.arpeggio.node.cli.bench;

import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerHandle;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.ConsumerSink;
import dev.arpeggio.queue.Delivery;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.OwnerContext;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.PartitionStats;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A topic of one partition, and this process as its owner, driven on the partition's loop as a node
 * would drive it. Used by one thread, which waits for each measure.
 */
final class BenchPartition implements AutoCloseable {
  private static final PartitionOptions OPTIONS = PartitionOptions.defaults();

  private static final int CREDIT = 8_192;
  private static final ConsumerId CONSUMER = new ConsumerId(0, 1);

  private final ThreadEventLoop loop;
  private final TopicCatalog catalog;
  private final OwnerContext context;
  private final PartitionId id;
  private final TopicConfig config = TopicConfig.builder().maxBytes(1L << 40).build();
  private Partition partition;
  private long producers;

  private BenchPartition(ThreadEventLoop loop, ZooKeeperPort port, String topic) {
    this.loop = loop;
    this.catalog = new TopicCatalog(port);
    this.context =
        new OwnerContext(
            new NodeIdentity("bench", "bench:0"),
            loop,
            port,
            new Random(topic.hashCode()),
            OPTIONS);
    this.id = new PartitionId(new TopicName(topic), 0);
    this.partition = newPartition();
  }

  /** Creates the topic and takes its partition. */
  static BenchPartition create(ThreadEventLoop loop, ZooKeeperPort port, String topic) {
    BenchPartition created = new BenchPartition(loop, port, topic);
    created.<TopicConfig>await(
        done -> created.catalog.create(created.id.topic(), created.config, done));
    created.await(created.partition::open);
    return created;
  }

  private Partition newPartition() {
    return new Partition(
        context,
        id,
        config,
        why -> {
          throw new IllegalStateException("the benchmark's partition was lost", why);
        });
  }

  /**
   * Publishes, with as much in flight as the partition takes, and returns once all is durable.
   *
   * @param batches how many, at least 1
   * @return nanoseconds
   */
  long append(Payload payload, int batches) {
    long started = System.nanoTime();
    run(new Publisher(payload, batches, OPTIONS.maxPendingBytes() / 2));
    return System.nanoTime() - started;
  }

  /**
   * Publishes one batch after the other.
   *
   * @return nanoseconds of each
   */
  long[] latencies(Payload payload, int batches) {
    long[] nanos = new long[batches];
    ProducerId producer = new ProducerId(1, ++producers);
    for (int i = 0; i < batches; i++) {
      long sequence = (long) i * payload.count();
      long started = System.nanoTime();
      this.<Appended>await(done -> partition.append(payload.batch(producer, sequence), done));
      nanos[i] = System.nanoTime() - started;
    }
    return nanos;
  }

  /**
   * Consumes and acknowledges, and returns once all acknowledgements are durable.
   *
   * @return nanoseconds
   */
  long consume(long messages) {
    long started = System.nanoTime();
    run(new Subscriber(messages));
    return System.nanoTime() - started;
  }

  /**
   * Publishes and consumes at once.
   *
   * @return nanoseconds until all is consumed and acknowledged
   */
  long both(Payload payload, int batches) {
    long started = System.nanoTime();
    CompletableFuture<Void> consumed = start(new Subscriber((long) batches * payload.count()));
    run(new Publisher(payload, batches, OPTIONS.maxPendingBytes() / 2));
    consumed.join();
    return System.nanoTime() - started;
  }

  /** Creates the subscription, so that nothing published from now on is missed or deleted. */
  void subscribe() {
    ask(() -> {
          CompletableFuture<Void> attached = new CompletableFuture<>();
          partition.attach(
              "default",
              CONSUMER,
              new Subscriber(0),
              toward(
                  attached,
                  handle -> {
                    handle.close();
                    attached.complete(null);
                  }));
          return attached;
        })
        .join();
  }

  /**
   * Another owner takes the partition over, knowing nothing of it.
   *
   * @return nanoseconds to the first delivery, and to the first append, which waits until what is
   *     stored is known
   */
  long[] takeOver(Payload payload) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    loop.execute(() -> partition.release(() -> released.complete(null)));
    released.join();
    partition = newPartition();
    long started = System.nanoTime();
    this.await(partition::open);
    Subscriber first = new Subscriber(1);
    ProducerId producer = new ProducerId(1, ++producers);
    CompletableFuture<Long> appended = new CompletableFuture<>();
    loop.execute(
        () ->
            partition.append(
                payload.batch(producer, 0),
                toward(appended, done -> appended.complete(System.nanoTime()))));
    run(first);
    return new long[] {first.firstDeliveryNanos - started, appended.join() - started};
  }

  /**
   * Gives the partition up and takes it again, for what it keeps in memory to be gone meanwhile.
   */
  void whileReleased(Runnable action) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    loop.execute(() -> partition.release(() -> released.complete(null)));
    released.join();
    partition = newPartition();
    action.run();
    this.await(partition::open);
  }

  PartitionStats stats() {
    return ask(partition::stats);
  }

  /** Deletes the topic. */
  @Override
  public void close() {
    CompletableFuture<Void> released = new CompletableFuture<>();
    loop.execute(() -> partition.release(() -> released.complete(null)));
    released.join();
    this.<Done>await(done -> catalog.delete(id.topic(), done));
  }

  // ---- On the loop.

  /** Work that is driven by callbacks. */
  private abstract static class Work {
    final CompletableFuture<Void> done = new CompletableFuture<>();

    abstract void start();
  }

  /** Keeps the partition supplied. */
  private final class Publisher extends Work {
    private final Payload payload;
    private final int batches;
    private final long maxPendingBytes;
    private final ProducerId producer = new ProducerId(1, ++producers);
    private int sent;
    private int confirmed;

    Publisher(Payload payload, int batches, long maxPendingBytes) {
      this.payload = payload;
      this.batches = batches;
      this.maxPendingBytes = maxPendingBytes;
    }

    @Override
    void start() {
      while (sent < batches && partition.pendingBytes() < maxPendingBytes) {
        long sequence = (long) sent++ * payload.count();
        partition.append(
            payload.batch(producer, sequence),
            toward(
                done,
                appended -> {
                  if (++confirmed == batches) {
                    done.complete(null);
                  } else if (confirmed % 8 == 0 || confirmed == sent) {
                    start();
                  }
                }));
      }
    }
  }

  /** Acknowledges all that it gets. */
  private final class Subscriber extends Work implements ConsumerSink {
    private final long messages;
    private long granted;
    private long received;
    private long acknowledged;
    private long firstDeliveryNanos;
    private @Nullable ConsumerHandle handle;

    Subscriber(long messages) {
      this.messages = messages;
    }

    @Override
    void start() {
      partition.attach(
          "default",
          CONSUMER,
          this,
          toward(
              done,
              attached -> {
                handle = attached;
                grant(attached);
              }));
    }

    private void grant(ConsumerHandle attached) {
      int credit = (int) Math.min(CREDIT, messages - granted);
      granted += credit;
      attached.credit(credit);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void deliver(Delivery delivery) {
      if (received == 0) {
        firstDeliveryNanos = System.nanoTime();
      }
      received += delivery.count();
      // The partition is in the middle of delivering; what it delivered is acknowledged afterwards.
      loop.execute(() -> acknowledge(delivery.firstOffset(), delivery.count()));
    }

    private void acknowledge(long first, int count) {
      ConsumerHandle attached = handle;
      if (attached == null) {
        throw new IllegalStateException("delivered to before it was attached");
      }
      attached.acknowledge(
          List.of(new OffsetRange(first, count)),
          toward(
              done,
              durable -> {
                acknowledged += count;
                if (acknowledged >= messages) {
                  attached.close();
                  done.complete(null);
                }
              }));
      // In large pieces: credit that came back piece by piece would be used piece by piece.
      if (messages > granted && granted - received <= CREDIT / 2) {
        grant(attached);
      }
    }

    @Override
    public void closed(QueueException why) {
      done.completeExceptionally(why);
    }
  }

  private CompletableFuture<Void> start(Work work) {
    loop.execute(work::start);
    return work.done;
  }

  private void run(Work work) {
    start(work).join();
  }

  private <T> T ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, loop).join();
  }

  private <T> T await(Consumer<Completion<T>> operation) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(() -> operation.accept(toward(result, result::complete)));
    return result.join();
  }

  private static <T> Completion<T> toward(CompletableFuture<?> future, Consumer<T> next) {
    return Completion.of(next, future::completeExceptionally);
  }
}
