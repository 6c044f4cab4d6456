package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.NodeInfo;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The next two nodes on the ring hold what a takeover would read. */
class WarmStandbyTest {
  private static final int MESSAGES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory).start(3).untilIdeal();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void aBacklogIsWarmAtBothHeirsAndDeliveredByOneOfThem() {
    try (Arpeggio client = cluster.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      try (Consumer idle = client.consumer("orders");
          Producer producer = client.producer("orders")) {
        for (int i = 0; i < MESSAGES; i++) {
          producer.send(Message.of(Integer.toString(i))).join();
        }
        assertTrue(idle.receive(PATIENCE).isPresent());
      }
      ArpeggioNode owner = cluster.owner("orders", 0);
      List<String> heirs =
          cluster.addresses().stream().filter(address -> !address.equals(owner.address())).toList();
      assertEquals(2, heirs.size());
      heirs.forEach(
          heir -> TestCluster.await("warm at " + heir, () -> describe(heir).warmBytes() > 0));
      assertEquals(1, describe(heirs.get(0)).partitionsWarm());
      assertEquals(0, describe(owner.address()).partitionsWarm());

      cluster.crash(owner);
      try (Consumer consumer = client.consumer("orders")) {
        assertEquals(
            IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList(), receive(consumer));
      }
      ArpeggioNode heir = cluster.owner("orders", 0);
      TestCluster.await(
          "nothing is warm where it is served", () -> describe(heir.address()).warmBytes() == 0);
    }
  }

  private static NodeInfo describe(String address) {
    try (Arpeggio client = Arpeggio.connect(address)) {
      return client.admin().describeNode();
    }
  }

  private static List<String> receive(Consumer consumer) {
    List<String> texts = new ArrayList<>();
    while (texts.size() < MESSAGES) {
      List<ReceivedMessage> batch = consumer.receiveBatch(MESSAGES, PATIENCE);
      assertTrue(!batch.isEmpty(), "after " + texts.size() + " messages nothing came");
      batch.forEach(message -> texts.add(message.text()));
    }
    return texts;
  }
}
