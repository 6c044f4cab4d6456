package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SendRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that nobody has created. */
class FirstUseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aNodeThatMayCreatesATopicForWhoeverUsesIt(@TempDir Path directory) throws Exception {
    try (ArpeggioNode node = start(directory, true);
        Arpeggio client = Arpeggio.connect(node.address())) {
      try (Consumer consumer = client.consumer("orders");
          Producer producer = client.producer("orders")) {
        producer.send(Message.of("one")).join();
        assertEquals("one", consumer.receive(PATIENCE).orElseThrow().text());
      }
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget(node.address()).usePlaintext().build();
      try {
        QueueGrpc.newBlockingStub(channel)
            .send(
                SendRequest.newBuilder()
                    .setTopic("bills")
                    .addMessages(dev.arpeggio.protocol.v1.Message.getDefaultInstance())
                    .build());
      } finally {
        channel.shutdownNow();
      }
      assertEquals(
          List.of("bills", "orders"),
          client.admin().listTopics().stream().map(TopicInfo::topic).toList());
      // To look is not to use.
      assertEquals(
          Reason.TOPIC_NOT_FOUND,
          assertThrows(ArpeggioException.class, () -> client.admin().describeTopic("none"))
              .reason());
      assertEquals(2, client.admin().listTopics().size());
    }
  }

  @Test
  void otherNodesDoNot(@TempDir Path directory) throws Exception {
    try (ArpeggioNode node = start(directory, false);
        Arpeggio client = Arpeggio.connect(node.address());
        Producer producer = client.producer("orders")) {
      CompletionException failed =
          assertThrows(CompletionException.class, () -> producer.send(Message.of("one")).join());
      assertEquals(
          Reason.TOPIC_NOT_FOUND,
          assertInstanceOf(ArpeggioException.class, failed.getCause()).reason());
      assertEquals(List.of(), client.admin().listTopics());
    }
  }

  private static ArpeggioNode start(Path directory, boolean creates) throws Exception {
    return ArpeggioNode.start(
        NodeOptions.defaults()
            .withEmbeddedZooKeeper(directory, 0)
            .withPreset("local")
            .withCreatesTopics(creates));
  }
}
