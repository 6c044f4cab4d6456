package dev.arpeggio.node.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Curator's {@code DistributedQueue} and a partition on the same server, with messages of 1 KB. Not
 * part of the build, as it measures: {@code mvn -pl topic-router/node -am test
 * -Dtest=CuratorComparison -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class CuratorComparison {
  private static final int PUT = 20_000;
  private static final int TAKEN = 4_000;
  private static final int MESSAGE_BYTES = 1_024;
  private static final long MINUTES = 5;

  @Test
  void comparesPutAndTake(@TempDir Path directory) throws Exception {
    try (BenchServers servers = BenchServers.start(1, directory)) {
      double[] curator = curator(servers.connectString());
      double[] arpeggio = arpeggio(servers.connectString());
      System.out.printf(
          "Curator DistributedQueue: put %,.0f/s, take %,.0f/s; partition: append %,.0f/s, consume"
              + " and acknowledge %,.0f/s; ratios %.0f and %.0f%n",
          curator[0],
          curator[1],
          arpeggio[0],
          arpeggio[1],
          arpeggio[0] / curator[0],
          arpeggio[1] / curator[1]);
    }
  }

  private static double[] curator(String connectString) throws Exception {
    byte[] body = new byte[MESSAGE_BYTES];
    new Random(1).nextBytes(body);
    CountDownLatch put = new CountDownLatch(PUT);
    try (CuratorFramework client =
        CuratorFrameworkFactory.newClient(connectString, new RetryOneTime(1_000))) {
      client.start();
      long putNanos;
      try (DistributedQueue<byte[]> producer =
          QueueBuilder.builder(client, null, new Bytes(), "/curator").buildQueue()) {
        producer.getPutListenerContainer().addListener(new Counting(put));
        producer.start();
        long started = System.nanoTime();
        for (int i = 0; i < PUT; i++) {
          producer.put(body);
        }
        assertEquals(true, put.await(MINUTES, TimeUnit.MINUTES), "all is put");
        putNanos = System.nanoTime() - started;
      }
      CountDownLatch taken = new CountDownLatch(TAKEN);
      try (DistributedQueue<byte[]> consumer =
          QueueBuilder.builder(client, new Taking(taken), new Bytes(), "/curator")
              .lockPath("/curator-locks")
              .buildQueue()) {
        long started = System.nanoTime();
        consumer.start();
        assertEquals(true, taken.await(MINUTES, TimeUnit.MINUTES), "enough is taken");
        long takenNanos = System.nanoTime() - started;
        return new double[] {PUT * 1e9 / putNanos, TAKEN * 1e9 / takenNanos};
      }
    }
  }

  private static double[] arpeggio(String connectString) throws Exception {
    Payload payload = new Payload(MESSAGE_BYTES, 48 << 10);
    int batches = 2_000;
    long messages = (long) batches * payload.count();
    try (ThreadEventLoop loop = new ThreadEventLoop("comparison", Throwable::printStackTrace);
        ZooKeeperSession session =
            ZooKeeperSession.connect(
                connectString, Duration.ofSeconds(10), Duration.ofSeconds(60))) {
      CompletableFuture<Void> ready = new CompletableFuture<>();
      loop.execute(
          () ->
              Store.open(
                  session.on(loop),
                  Completion.of(done -> ready.complete(null), ready::completeExceptionally)));
      ready.join();
      try (BenchPartition partition = BenchPartition.create(loop, session.on(loop), "comparison")) {
        partition.subscribe();
        partition.append(payload, batches / 4);
        partition.consume(messages / 4);
        double append = messages * 1e9 / partition.append(payload, batches);
        double consume = messages * 1e9 / partition.consume(messages);
        return new double[] {append, consume};
      }
    }
  }

  private static final class Bytes implements QueueSerializer<byte[]> {
    @Override
    public byte[] serialize(byte[] item) {
      return item;
    }

    @Override
    public byte[] deserialize(byte[] bytes) {
      return bytes;
    }
  }

  private record Counting(CountDownLatch put)
      implements org.apache.curator.framework.recipes.queue.QueuePutListener<byte[]> {
    @Override
    public void putCompleted(byte[] item) {
      put.countDown();
    }

    @Override
    public void putMultiCompleted(
        org.apache.curator.framework.recipes.queue.MultiItem<byte[]> items) {
      throw new AssertionError("nothing is put together");
    }
  }

  private record Taking(CountDownLatch taken) implements QueueConsumer<byte[]> {
    @Override
    public void consumeMessage(byte[] message) {
      taken.countDown();
    }

    @Override
    public void stateChanged(CuratorFramework client, ConnectionState newState) {}
  }
}
