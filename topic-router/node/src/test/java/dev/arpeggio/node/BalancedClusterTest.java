package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.RingPosition;
import dev.arpeggio.client.TopicOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight nodes share 64 partitions, and those that move lose nothing. */
class BalancedClusterTest {
  private static final int NODES = 8;
  private static final int PARTITIONS = 64;
  private static final int MESSAGES = 2_000;

  @Test
  void noNodeOwnsMoreThanOneAndAHalfTimesItsShare(@TempDir Path directory) throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      cluster.start(1).untilIdeal();
      try (Arpeggio client = cluster.connect()) {
        client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(PARTITIONS));
        try (Producer producer = client.producer("orders")) {
          List<CompletableFuture<?>> before = publish(producer, 0);
          cluster.start(NODES - 1).untilIdeal();
          TestCluster.await(
              "a balanced ring",
              () ->
                  client.admin().describeRing().positions().stream()
                      .allMatch(position -> partitions(position) <= PARTITIONS / NODES * 3 / 2));
          List<CompletableFuture<?>> after = publish(producer, MESSAGES);
          before.forEach(CompletableFuture::join);
          after.forEach(CompletableFuture::join);
        }

        // Who really serves them, not only whom the placement names.
        TestCluster.await(
            "owners as the placement says", () -> mostOwned(client) <= PARTITIONS / NODES * 3 / 2);
        assertEquals(
            PARTITIONS,
            client.admin().describeRing().positions().stream()
                .mapToInt(BalancedClusterTest::partitions)
                .sum());
        TreeSet<Integer> received = new TreeSet<>();
        try (Consumer consumer = client.consumer("orders")) {
          while (received.size() < 2 * MESSAGES) {
            List<ReceivedMessage> batch = consumer.receiveBatch(1_000, Duration.ofSeconds(30));
            assertTrue(!batch.isEmpty(), "only " + received.size() + " came");
            for (ReceivedMessage message : batch) {
              received.add(Integer.valueOf(message.text()));
              consumer.acknowledge(message);
            }
          }
        }
      }
    }
  }

  private static int partitions(RingPosition position) {
    return position.partitions().orElse(Integer.MAX_VALUE);
  }

  private static int mostOwned(Arpeggio client) {
    Map<String, Integer> owned = new TreeMap<>();
    for (PartitionInfo partition : client.admin().describeTopic("orders").partitions()) {
      owned.merge(partition.owner().orElse("nobody"), 1, Integer::sum);
    }
    return owned.containsKey("nobody")
        ? Integer.MAX_VALUE
        : owned.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static List<CompletableFuture<?>> publish(Producer producer, int from) {
    return IntStream.range(from, from + MESSAGES)
        .<CompletableFuture<?>>mapToObj(i -> producer.send(Message.of(Integer.toString(i))))
        .toList();
  }
}
