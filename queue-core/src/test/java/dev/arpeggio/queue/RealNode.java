package dev.arpeggio.queue;

import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperAccess;
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
import java.util.function.UnaryOperator;

/** A node with a thread, a real ZooKeeper session and partitions. */
public final class RealNode implements AutoCloseable {
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

  public final ThreadEventLoop loop;
  public final ZooKeeperSession session;
  public final ZooKeeperPort port;
  public final ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
  private final OwnerContext context;

  public RealNode(String name, String connectString, PartitionOptions options) throws Exception {
    this(name, connectString, ZooKeeperAccess.open(), options);
  }

  public RealNode(
      String name, String connectString, ZooKeeperAccess access, PartitionOptions options)
      throws Exception {
    this(name, connectString, access, options, UnaryOperator.identity());
  }

  /** In the same process as its server. */
  public RealNode(String name, EmbeddedZooKeeper server, PartitionOptions options)
      throws Exception {
    this(
        name,
        ZooKeeperSession.connect(
            server, ZooKeeperAccess.open(), SESSION_TIMEOUT, Duration.ofSeconds(60)),
        options,
        UnaryOperator.identity());
  }

  /**
   * @param wrap what the partitions see of the port
   */
  RealNode(
      String name,
      String connectString,
      PartitionOptions options,
      UnaryOperator<ZooKeeperPort> wrap)
      throws Exception {
    this(name, connectString, ZooKeeperAccess.open(), options, wrap);
  }

  private RealNode(
      String name,
      String connectString,
      ZooKeeperAccess access,
      PartitionOptions options,
      UnaryOperator<ZooKeeperPort> wrap)
      throws Exception {
    this(
        name,
        ZooKeeperSession.connect(connectString, access, SESSION_TIMEOUT, Duration.ofSeconds(60)),
        options,
        wrap);
  }

  private RealNode(
      String name,
      ZooKeeperSession connected,
      PartitionOptions options,
      UnaryOperator<ZooKeeperPort> wrap) {
    loop = new ThreadEventLoop(name, bugs::add);
    session = connected;
    port = session.on(loop);
    context =
        new OwnerContext(
            new NodeIdentity(name, name + ":7000"),
            loop,
            wrap.apply(port),
            new Random(name.hashCode()),
            options,
            ByteBudget.unlimited(),
            ByteBudget.unlimited(),
            Outlet.none(),
            new WarmSegments(ByteBudget.unlimited()));
  }

  /** To keep a partition warm at this node. */
  Standby standby(PartitionId id) {
    return new Standby(context, id);
  }

  WarmSegments warm() {
    return context.warm();
  }

  public <T> Recorded<T> on(Consumer<Completion<T>> operation) {
    var recorded = new Recorded<T>();
    loop.execute(() -> operation.accept(recorded));
    return recorded;
  }

  public <T> T ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, loop).orTimeout(60, TimeUnit.SECONDS).join();
  }

  public RealPartition open(PartitionId id) {
    return open(id, TopicConfig.defaults());
  }

  public RealPartition open(PartitionId id, TopicConfig config) {
    var opened = opening(id, config);
    opened.opened.value();
    return opened;
  }

  /** Takes a partition over, and does not wait for it. */
  public RealPartition opening(PartitionId id, TopicConfig config) {
    return new RealPartition(id, config);
  }

  public static void await(BooleanSupplier condition, String what) {
    await(condition, () -> what);
  }

  public static void await(BooleanSupplier condition, Supplier<String> what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within a minute: " + what.get());
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
  public final class RealPartition {
    public final Partition partition;
    public final Recorded<Epoch> opened;
    public final CompletableFuture<QueueException> lost = new CompletableFuture<>();

    private RealPartition(PartitionId id, TopicConfig config) {
      partition = new Partition(context, id, config, lost::complete);
      opened = on(partition::open);
    }

    public Recorded<Appended> append(Batch batch) {
      return on(done -> partition.append(batch, done));
    }

    public Recorded<Appended> append(String... texts) {
      return append(Messages.batch(texts));
    }

    public TestSink consume(String subscription, long consumer, int credit) {
      var sink = new TestSink();
      ConsumerHandle handle = attached(subscription, consumer, sink).value();
      loop.execute(() -> handle.credit(credit));
      return sink;
    }

    private Recorded<ConsumerHandle> attached(String subscription, long consumer, TestSink sink) {
      return on(done -> partition.attach(subscription, new ConsumerId(0, consumer), sink, done));
    }

    public Recorded<Done> acknowledge(String subscription, long first, long count) {
      return on(
          done ->
              partition.acknowledge(subscription, List.of(new OffsetRange(first, count)), done));
    }

    public PartitionStats stats() {
      return ask(partition::stats);
    }
  }
}
