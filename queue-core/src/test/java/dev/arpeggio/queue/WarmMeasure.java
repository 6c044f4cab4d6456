package dev.arpeggio.queue;

import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Measures takeovers of a deep backlog by a node that knows nothing and by one that was a standby,
 * in turn, on an embedded server. Run its main method with the test class path; prints one figure a
 * line.
 */
final class WarmMeasure {
  private static final int ROUNDS = Integer.getInteger("measure.rounds", 5);
  private static final int BATCH_BYTES = 100_000;

  private WarmMeasure() {}

  private record Deep(String name, int messages, int bytes) {
    TopicName topic() {
      return new TopicName(name);
    }
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("warm-measure");
    try (var server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0)) {
      String connect = server.connectString() + "/arpeggio";
      try (var node = new RealNode("a", connect, PartitionOptions.defaults())) {
        node.<Done>on(done -> Store.open(node.port, done)).value();
      }
      measure(connect, new Deep("small", 1_000_000, 100));
      measure(connect, new Deep("large", 300_000, 1_000));
    } finally {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void measure(String connect, Deep deep) throws Exception {
    try (var node = new RealNode("a", connect, PartitionOptions.defaults())) {
      var catalog = new TopicCatalog(node.port);
      node.<TopicConfig>on(done -> catalog.create(deep.topic(), TopicConfig.defaults(), done))
          .value();
      fill(node, deep);
    }
    System.out.println(
        deep + ": ms to opened / first delivery / first append / all loaded; segments kept");
    for (int i = 0; i < ROUNDS; i++) {
      System.out.println("cold: " + takeOver(connect, deep, "cold-" + i, false));
      System.out.println("warm: " + takeOver(connect, deep, "warm-" + i, true));
    }
  }

  private static void fill(RealNode node, Deep deep) throws Exception {
    var partition = node.open(new PartitionId(deep.topic(), 0));
    partition.consume("default", 1, 1);
    int batch = BATCH_BYTES / deep.bytes();
    var texts = new ArrayList<String>();
    for (int i = 0; i < batch; i++) {
      texts.add("x".repeat(deep.bytes()));
    }
    var room = new Semaphore(100);
    for (int i = 0; i < deep.messages() / batch; i++) {
      room.acquire();
      var next = Messages.batch(new ProducerId(1, 1), (long) i * batch, texts);
      node.loop.execute(
          () ->
              partition.partition.append(
                  next,
                  Completion.of(
                      done -> room.release(),
                      error -> {
                        throw new IllegalStateException(error);
                      })));
    }
    room.acquire(100);
  }

  private static String takeOver(String connect, Deep deep, String name, boolean warm)
      throws Exception {
    try (var node = new RealNode(name, connect, PartitionOptions.defaults())) {
      var id = new PartitionId(deep.topic(), 0);
      int kept = warm ? keepWarm(node, id) : 0;
      System.gc();
      var first = new CountDownLatch(1);
      long start = System.nanoTime();
      var partition = node.open(id);
      long opened = millisSince(start);
      var handle =
          node.<ConsumerHandle>on(
                  done ->
                      partition.partition.attach(
                          "default", new ConsumerId(0, 9), new Latch(first), done))
              .value();
      node.loop.execute(() -> handle.credit(1));
      first.await();
      long delivered = millisSince(start);
      partition.append(Messages.batch(new ProducerId(1, 1), 0, List.of("repeat"))).value();
      long appended = millisSince(start);
      // As much as the memory of a partition allows.
      long loaded =
          Math.min(
              partition.stats().retainedBytes(),
              PartitionOptions.defaults().memoryBytes() * 9 / 10);
      RealNode.await(() -> partition.stats().residentBytes() >= loaded, "everything is loaded");
      return opened
          + " / "
          + delivered
          + " / "
          + appended
          + " / "
          + millisSince(start)
          + "; "
          + kept;
    }
  }

  private static int keepWarm(RealNode node, PartitionId id) throws InterruptedException {
    Standby standby = node.ask(() -> node.standby(id));
    int before = -1;
    while (true) {
      node.loop.execute(standby::refresh);
      Thread.sleep(500);
      int kept = node.ask(() -> node.warm().segments());
      if (kept > 0 && kept == before) {
        node.loop.execute(standby::promote);
        return kept;
      }
      before = kept;
    }
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private record Latch(CountDownLatch first) implements ConsumerSink {
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
  }
}
