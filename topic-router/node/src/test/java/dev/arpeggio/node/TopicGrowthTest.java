package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Partitioning;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SendResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that gets more partitions under load, while the owner of one of them dies. */
class TopicGrowthTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PRODUCERS = 2;
  private static final int KEYS = 16;

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory).start(3).untilIdeal();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** Sends numbered messages, each key in order, until it is told to end. */
  private static final class Load {
    private final Producer producer;
    private final int number;
    private final List<CompletableFuture<?>> confirmations = new ArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread thread = new Thread(this::run);

    Load(Producer producer, int number) {
      this.producer = producer;
      this.number = number;
      thread.start();
    }

    private void run() {
      for (int i = 0; !ending.get(); i++) {
        String key = number + "-" + i % KEYS;
        confirmations.add(producer.send(Message.of(key + "=" + i).withKey(key)));
        if (i % 50 == 0) {
          // Not faster than it is stored, so that there is something under way at any time.
          confirmations.get(i).join();
        }
      }
    }

    /** How many messages were sent; all of them are confirmed. */
    int end() throws Exception {
      ending.set(true);
      thread.join();
      for (CompletableFuture<?> confirmation : confirmations) {
        confirmation.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      return confirmations.size();
    }
  }

  /**
   * What a topic has to show after it grew: each message once, and those of each key in order,
   * first in the partition that was theirs among fewer, then in the one that is among more.
   */
  private static final class Audit {
    private final Map<String, TreeMap<Integer, Integer>> partitions = new LinkedHashMap<>();
    private final Map<String, Integer> last = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    void read(ReceivedMessage message) {
      String key = message.text().substring(0, message.text().indexOf('='));
      int number = Integer.parseInt(message.text().substring(key.length() + 1));
      if (partitions.computeIfAbsent(key, k -> new TreeMap<>()).put(number, message.partition())
          != null) {
        problems.add(message.text() + " is stored twice");
      }
      Integer before = last.put(key + " in " + message.partition(), number);
      if (before != null && before > number) {
        problems.add(message.text() + " behind " + before);
      }
    }

    List<String> problems(int... counts) {
      partitions.forEach(
          (key, numbers) -> {
            int at = 0;
            for (Map.Entry<Integer, Integer> message : numbers.entrySet()) {
              while (at < counts.length && place(key, counts[at]) != message.getValue()) {
                at++;
              }
            }
            if (at == counts.length) {
              problems.add(key + " went back to an earlier partition");
            }
          });
      return problems;
    }
  }

  private static int place(String key, int partitions) {
    return Partitioning.ofKey(key.getBytes(StandardCharsets.UTF_8), partitions);
  }

  private static Audit audit(Arpeggio client, int messages) {
    Audit audit = new Audit();
    ConsumerOptions options = ConsumerOptions.defaults().withSubscription("audit");
    try (Consumer consumer = client.consumer("orders", options)) {
      for (int read = 0; read < messages; ) {
        List<ReceivedMessage> batch = consumer.receiveBatch(1_000, PATIENCE);
        assertNotEquals(0, batch.size(), "after " + read + " of " + messages + " nothing came");
        batch.forEach(audit::read);
        batch.forEach(consumer::acknowledge);
        read += batch.size();
      }
    }
    return audit;
  }

  private static int stored(Arpeggio client) {
    return (int)
        client.admin().describeTopic("orders").partitions().stream()
            .mapToLong(partition -> partition.nextOffset())
            .sum();
  }

  private static void createOrders(Arpeggio client) {
    client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(2));
    for (int partition = 0; partition < 2; partition++) {
      client
          .admin()
          .partition("orders", partition)
          .createSubscription("audit", Position.earliest());
    }
  }

  @Test
  void underLoadAndWithAnOwnerThatDiesNothingIsLostOrDoubledAndNoKeyGoesBack() throws Exception {
    try (Arpeggio client = cluster.connect()) {
      createOrders(client);
      List<Load> loads =
          IntStream.range(0, PRODUCERS)
              .mapToObj(number -> new Load(client.producer("orders"), number))
              .toList();
      TestCluster.await("some load", () -> stored(client) > 500);
      ArpeggioNode owner = cluster.owner("orders", 0);
      Thread growth =
          new Thread(
              () ->
                  client.admin().updateTopic("orders", TopicOptions.defaults().withPartitions(3)));
      growth.start();
      cluster.crash(owner);
      growth.join();
      int before = stored(client);
      TestCluster.await("more load", () -> stored(client) > before + 500);

      client.admin().updateTopic("orders", TopicOptions.defaults().withPartitions(7));
      int between = stored(client);
      TestCluster.await("still more load", () -> stored(client) > between + 500);
      int sent = 0;
      for (Load load : loads) {
        sent += load.end();
      }

      assertEquals(List.of(), audit(client, sent).problems(2, 3, 7));
      assertEquals(sent, stored(client));
    }
  }

  @Test
  void keysThatHaveNothingUnreadKeepTheirOrderOverADeath() throws Exception {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(2));
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        Map<String, List<Integer>> byKey = new LinkedHashMap<>();
        int next = 0;
        for (int partitions : new int[] {2, 3, 5}) {
          if (partitions > 2) {
            ArpeggioNode owner = cluster.owner("orders", 1);
            client
                .admin()
                .updateTopic("orders", TopicOptions.defaults().withPartitions(partitions));
            if (partitions == 3) {
              cluster.crash(owner);
            }
          }
          List<CompletableFuture<?>> confirmations = new ArrayList<>();
          for (int i = 0; i < 10 * KEYS; i++, next++) {
            String key = "k" + next % KEYS;
            confirmations.add(producer.send(Message.of(key + "=" + next).withKey(key)));
          }
          for (CompletableFuture<?> confirmation : confirmations) {
            confirmation.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          }
          for (int read = 0; read < 10 * KEYS; ) {
            List<ReceivedMessage> batch = consumer.receiveBatch(1_000, PATIENCE);
            assertNotEquals(0, batch.size());
            read += batch.size();
            for (ReceivedMessage message : batch) {
              String[] parts = message.text().split("=", -1);
              byKey
                  .computeIfAbsent(parts[0], k -> new ArrayList<>())
                  .add(Integer.valueOf(parts[1]));
              consumer.acknowledge(message);
            }
          }
          consumer.flushAcknowledgements(PATIENCE);
        }
        assertEquals(KEYS, byKey.size());
        byKey.forEach(
            (key, numbers) -> assertEquals(numbers.stream().sorted().toList(), numbers, key));
      }
    }
  }

  // ---- Clients that are not ours.

  private SendResponse send(SendRequest.Builder request) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(cluster.addresses().get(0), InsecureChannelCredentials.create())
            .build();
    try {
      return QueueGrpc.newBlockingStub(channel)
          .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .send(request.setTopic("orders").build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static SendRequest.Builder message(String key, int number) {
    return SendRequest.newBuilder()
        .addMessages(
            dev.arpeggio.protocol.v1.Message.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setBody(ByteString.copyFromUtf8(key + "=" + number)));
  }

  private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

  @Test
  void aCallThatKnowsOfFewerPartitionsIsRefusedUnlessItIsARepeat() {
    try (Arpeggio client = cluster.connect()) {
      createOrders(client);
      String key = moving(2, 3);
      int among2 = place(key, 2);
      SendRequest.Builder first =
          message(key, 0).setPartitions(2).setProducerId(PRODUCER).setFirstSequence(1);
      SendResponse stored = send(first);
      assertEquals(among2, stored.getPartition());
      client.admin().updateTopic("orders", TopicOptions.defaults().withPartitions(3));

      assertEquals(stored, send(first));
      SendRequest.Builder second =
          message(key, 1).setPartitions(2).setProducerId(PRODUCER).setFirstSequence(2);
      TypedError.of(() -> send(second)).isPartitionsChanged("orders", 3);
      assertEquals(place(key, 3), send(message(key, 1)).getPartition());
      assertEquals(place(key, 3), send(message(key, 2).setPartitions(3)).getPartition());
      assertEquals(List.of(), audit(client, 3).problems(2, 3));
    }
  }

  @Test
  void theAuditSeesAPublisherThatKeepsTheOldNumber() {
    try (Arpeggio client = cluster.connect()) {
      createOrders(client);
      String key = moving(2, 3);
      assertEquals(place(key, 2), send(message(key, 0)).getPartition());
      client.admin().updateTopic("orders", TopicOptions.defaults().withPartitions(3));
      assertEquals(place(key, 3), send(message(key, 1)).getPartition());
      // It chooses by itself, and does not say among how many.
      int old = place(key, 2);
      assertEquals(old, send(message(key, 2).setPartition(old)).getPartition());
      assertEquals(
          List.of(key + " went back to an earlier partition"), audit(client, 3).problems(2, 3));
    }
  }

  @Test
  void theAuditSeesWhatIsStoredTwice() {
    try (Arpeggio client = cluster.connect()) {
      createOrders(client);
      String key = moving(2, 3);
      assertEquals(place(key, 2), send(message(key, 0)).getPartition());
      client.admin().updateTopic("orders", TopicOptions.defaults().withPartitions(3));
      // A repeat that does not say of what.
      assertEquals(place(key, 3), send(message(key, 0)).getPartition());
      List<String> problems = audit(client, 2).problems(2, 3);
      assertTrue(problems.contains(key + "=0 is stored twice"), problems.toString());
    }
  }

  private static String moving(int from, int to) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "key" + i)
        .filter(key -> place(key, from) != place(key, to))
        .findFirst()
        .orElseThrow();
  }
}
