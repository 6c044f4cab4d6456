package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Measures a takeover with a deep backlog, and many quiet partitions, on an embedded server. Run
 * its main method with the test class path; prints one figure a line.
 */
final class LogMeasure {
  private static final int MESSAGES = Integer.getInteger("measure.messages", 1_000_000);
  private static final int MESSAGE_BYTES = 100;
  private static final int BATCH = 1_000;
  private static final int PARTITIONS = Integer.getInteger("measure.partitions", 1_000);
  private static final int ROUNDS = Integer.getInteger("measure.rounds", 30);
  private static final TopicName DEEP = new TopicName("deep");
  private static final TopicName QUIET = new TopicName("quiet");

  private LogMeasure() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("log-measure");
    try (var server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0)) {
      String connect = server.connectString() + "/arpeggio";
      try (var node = new RealNode("a", connect, PartitionOptions.defaults())) {
        node.<Done>on(done -> Store.open(node.port, done)).value();
        var catalog = new TopicCatalog(node.port);
        node.<TopicConfig>on(done -> catalog.create(DEEP, TopicConfig.defaults(), done)).value();
        var quiet = TopicConfig.builder().partitions(PARTITIONS).build();
        node.<TopicConfig>on(done -> catalog.create(QUIET, quiet, done)).value();
        fill(node);
      }
      for (int i = 0; i < 3; i++) {
        takeOver(connect, "b" + i);
      }
      for (int i = 0; i < 3; i++) {
        long together = quiet(connect, "together" + i, UnaryOperator.identity());
        long apart = quiet(connect, "apart" + i, Apart::new);
        print(
            "quiet partitions, appends per second in shared multis / in multis of their own / ratio",
            perSecond(together) + " / " + perSecond(apart) + " / " + (double) apart / together);
      }
    } finally {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void print(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  // ---- A deep backlog.

  private static void fill(RealNode node) throws Exception {
    var partition = node.open(new PartitionId(DEEP, 0));
    partition.consume("default", 1, 1);
    var texts = new ArrayList<String>();
    for (int i = 0; i < BATCH; i++) {
      texts.add("x".repeat(MESSAGE_BYTES));
    }
    var room = new Semaphore(100);
    var producer = new ProducerId(1, 1);
    long start = System.nanoTime();
    for (int i = 0; i < MESSAGES / BATCH; i++) {
      room.acquire();
      var batch = Messages.batch(producer, (long) i * BATCH, texts);
      node.loop.execute(
          () ->
              partition.partition.append(
                  batch,
                  Completion.of(
                      done -> room.release(),
                      error -> {
                        throw new IllegalStateException(error);
                      })));
    }
    room.acquire(100);
    print("messages appended per second", MESSAGES * 1_000L / Math.max(1, millisSince(start)));
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void takeOver(String connect, String name) throws Exception {
    try (var node = new RealNode(name, connect, PartitionOptions.defaults())) {
      long before = usedHeap();
      var first = new CountDownLatch(1);
      var sink =
          new ConsumerSink() {
            @Override
            public boolean isReady() {
              return true;
            }

            @Override
            public void deliver(Delivery delivery) {
              first.countDown();
            }

            @Override
            public void closed(QueueException why) {}
          };
      long start = System.nanoTime();
      var partition = node.open(new PartitionId(DEEP, 0));
      long opened = millisSince(start);
      var handle =
          node.<ConsumerHandle>on(
                  done -> partition.partition.attach("default", new ConsumerId(0, 9), sink, done))
              .value();
      long attached = millisSince(start);
      node.loop.execute(() -> handle.credit(1));
      first.await();
      long delivered = millisSince(start);
      partition.append(Messages.batch(new ProducerId(1, 1), 0, List.of("repeat"))).value();
      long admitted = millisSince(start);
      RealNode.await(
          () -> {
            var stats = partition.stats();
            return stats.residentBytes() >= stats.retainedBytes();
          },
          "everything is loaded");
      print(
          "takeover, ms to opened / attached / first delivery / first append / loaded",
          opened
              + " / "
              + attached
              + " / "
              + delivered
              + " / "
              + admitted
              + " / "
              + millisSince(start));
      var stats = partition.stats();
      double perMessage =
          (usedHeap() - before - stats.retainedBytes()) / (double) stats.retainedMessages();
      print("owner's bytes per message beyond what is stored", perMessage);
    }
  }

  // ---- Many quiet partitions.

  private static long quiet(String connect, String name, UnaryOperator<ZooKeeperPort> wrap)
      throws Exception {
    try (var node = new RealNode(name, connect, PartitionOptions.defaults(), wrap)) {
      var partitions = new ArrayList<RealNode.RealPartition>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(node.open(new PartitionId(QUIET, i)));
      }
      round(node, partitions);
      long start = System.nanoTime();
      for (int i = 0; i < ROUNDS; i++) {
        round(node, partitions);
      }
      return millisSince(start);
    }
  }

  private static void round(RealNode node, List<RealNode.RealPartition> partitions)
      throws InterruptedException {
    var batch = Messages.batch("a small message");
    var landed = new CountDownLatch(PARTITIONS);
    node.loop.execute(
        () ->
            partitions.forEach(
                partition ->
                    partition.partition.append(
                        batch,
                        Completion.of(
                            done -> landed.countDown(),
                            error -> {
                              throw new IllegalStateException(error);
                            }))));
    landed.await();
  }

  private static long perSecond(long millis) {
    return (long) PARTITIONS * ROUNDS * 1_000 / Math.max(1, millis);
  }

  /** Sends what shares a multi in multis of their own, pipelined, as if nothing were shared. */
  private static final class Apart extends ForwardingPort {
    Apart(ZooKeeperPort port) {
      super(port);
    }

    @Override
    public void multi(List<Op> operations, Consumer<MultiReply> callback) {
      // Each commit begins with the check of its partition's znode, and that one only.
      var commits = new ArrayList<List<Op>>();
      for (int i = 0; i < operations.size(); i++) {
        boolean begins =
            operations.get(i) instanceof Op.Check
                && i + 1 < operations.size()
                && operations.get(i + 1) instanceof Op.Check;
        if (begins || commits.isEmpty()) {
          commits.add(new ArrayList<>());
        }
        commits.get(commits.size() - 1).add(operations.get(i));
      }
      int[] left = {commits.size()};
      for (List<Op> commit : commits) {
        super.multi(
            commit,
            reply -> {
              if (!reply.isOk()) {
                throw new IllegalStateException("a multi: " + reply);
              }
              if (--left[0] == 0) {
                callback.accept(reply);
              }
            });
      }
    }
  }
}
