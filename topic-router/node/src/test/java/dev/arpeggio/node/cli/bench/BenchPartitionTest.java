package dev.arpeggio.node.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark does what it says it measures. */
class BenchPartitionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @Test
  void publishesConsumesAndTakesOver(@TempDir Path directory) throws Exception {
    Payload payload = new Payload(100, 1_000);
    try (BenchServers servers = BenchServers.start(1, directory);
        ThreadEventLoop loop = new ThreadEventLoop("bench", Throwable::printStackTrace);
        ZooKeeperSession session =
            ZooKeeperSession.connect(servers.connectString(), Duration.ofSeconds(10), TIMEOUT);
        RawLog raw = RawLog.open(servers.connectString())) {
      CompletableFuture<Void> ready = new CompletableFuture<>();
      loop.execute(
          () ->
              Store.open(
                  session.on(loop),
                  Completion.of(done -> ready.complete(null), ready::completeExceptionally)));
      ready.join();
      try (BenchPartition partition = BenchPartition.create(loop, session.on(loop), "bench")) {
        partition.subscribe();
        assertTrue(partition.append(payload, 10) > 0);
        assertEquals(10L * payload.count(), partition.stats().nextOffset());
        assertTrue(partition.consume(10L * payload.count()) > 0);
        assertTrue(partition.both(payload, 10) > 0);
        assertEquals(20L * payload.count(), partition.stats().nextOffset());
        assertEquals(0, partition.stats().subscriptions().get(0).backlog());
        assertEquals(5, partition.latencies(payload, 5).length);
        long[] takeover = partition.takeOver(payload);
        assertTrue(takeover[0] > 0 && takeover[1] > 0);
        assertEquals(26L * payload.count(), partition.stats().nextOffset());
      }
      assertTrue(raw.write(3, 1_000, 2) > 0);
      assertEquals(2, raw.latencies(2, 100).length);
      raw.clear();
    }
  }

  @Test
  void aMedianIsTheMiddleOrBetweenTheTwo() {
    assertEquals(3, Samples.of(new long[] {9, 1, 3}).median());
    assertEquals(2, Samples.of(new long[] {9, 1, 3, 1}).median());
    assertThrows(IllegalStateException.class, () -> Samples.of(new long[0]).median());
  }
}
