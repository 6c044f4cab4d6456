package dev.arpeggio.node.cli.local;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.node.NodeStartException;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Does once, in a corner of its own, what a node does all its life: a ring of one with a ZooKeeper
 * of its own in a temporary directory, a producer and a consumer. Afterwards this process has the
 * classes loaded and the code compiled that the first partition of a cold process has to wait for,
 * and whoever is waiting for that partition with it.
 */
public final class Rehearsal {
  /** Enough for the loops that matter to be compiled. */
  private static final int MESSAGES = 200;

  private static final int PARTITIONS = 2;
  private static final String TOPIC = "rehearsal";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Rehearsal() {}

  /**
   * Leaves nothing behind.
   *
   * @return the messages that were delivered
   * @throws IOException if the temporary directory cannot be used
   * @throws NodeStartException if the node cannot start
   * @throws ArpeggioException if it cannot serve
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static int run() throws IOException, NodeStartException, InterruptedException {
    try (Workspace workspace = new Workspace("rehearsal");
        EmbeddedZooKeeper zookeeper =
            EmbeddedZooKeeper.start(workspace.directory(), "127.0.0.1", 0);
        ArpeggioNode node =
            ArpeggioNode.start(
                NodeOptions.defaults()
                    .withPreset("local")
                    .withZooKeeper(zookeeper.connectString()));
        Arpeggio arpeggio = Arpeggio.connect(node.address())) {
      arpeggio.admin().createTopic(TOPIC, TopicOptions.defaults().withPartitions(PARTITIONS));
      try (Producer producer = arpeggio.producer(TOPIC);
          Consumer consumer = arpeggio.consumer(TOPIC)) {
        for (int i = 0; i < MESSAGES; i++) {
          String word = String.valueOf(i);
          // What is not confirmed is not delivered either, and that is counted.
          var unused = producer.send(Message.of(word).withKey(word));
        }
        producer.flush();
        return consume(consumer);
      }
    }
  }

  private static int consume(Consumer consumer) {
    int delivered = 0;
    while (delivered < MESSAGES) {
      List<ReceivedMessage> messages = consumer.receiveBatch(MESSAGES, PATIENCE);
      if (messages.isEmpty()) {
        break;
      }
      messages.forEach(consumer::acknowledge);
      delivered += messages.size();
    }
    return delivered;
  }
}
