package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishing and consuming through one node with TLS, token and permissions, and through one in
 * plain text, by turns, each with a ZooKeeper of its own, with messages of 1 KB. Not part of the
 * build, as it measures: {@code mvn -pl topic-router/node -am test -Dtest=TlsComparison
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class TlsComparison {
  private static final int ROUNDS = 5;
  private static final int MESSAGES = 40_000;
  private static final int MESSAGE_BYTES = 1_024;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private final Message message = Message.of(body());

  @Test
  void comparesPublishAndConsume() throws Exception {
    try (SecureCluster secure = new SecureCluster(directory).start(1);
        EmbeddedZooKeeper zooKeeper =
            EmbeddedZooKeeper.start(directory.resolve("plain"), SecureCluster.HOST, 0);
        ArpeggioNode plain =
            ArpeggioNode.start(NodeOptions.defaults().withZooKeeper(zooKeeper.connectString()));
        Arpeggio open = Arpeggio.connect(plain.address());
        Arpeggio guarded = secure.connect(secure.opsToken())) {
      List<double[]> inTheClear = new ArrayList<>();
      List<double[]> encrypted = new ArrayList<>();
      // The first round warms up.
      for (int round = 0; round <= ROUNDS; round++) {
        inTheClear.add(measure(open, "t" + round));
        encrypted.add(measure(guarded, "t" + round));
      }
      System.out.printf(
          "%d messages of %d B, median of %d: plain publish %,.0f/s, consume %,.0f/s; TLS publish"
              + " %,.0f/s, consume %,.0f/s; ratios %.2f and %.2f%n",
          MESSAGES,
          MESSAGE_BYTES,
          ROUNDS,
          median(inTheClear, 0),
          median(inTheClear, 1),
          median(encrypted, 0),
          median(encrypted, 1),
          median(encrypted, 0) / median(inTheClear, 0),
          median(encrypted, 1) / median(inTheClear, 1));
    }
  }

  private double[] measure(Arpeggio client, String topic) throws Exception {
    client.admin().createTopic(topic, TopicOptions.defaults());
    long start = System.nanoTime();
    try (Producer producer = client.producer(topic)) {
      CompletableFuture<Confirmation> last = producer.send(message);
      for (int i = 1; i < MESSAGES; i++) {
        last = producer.send(message);
      }
      last.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    long published = System.nanoTime();
    int received = 0;
    try (Consumer consumer = client.consumer(topic)) {
      while (received < MESSAGES) {
        List<ReceivedMessage> batch = consumer.receiveBatch(MESSAGES - received, PATIENCE);
        batch.forEach(consumer::acknowledge);
        received += batch.size();
      }
      consumer.flushAcknowledgements(PATIENCE);
    }
    long consumed = System.nanoTime();
    assertEquals(MESSAGES, received);
    client.admin().deleteTopic(topic);
    return new double[] {
      MESSAGES * 1e9 / (published - start), MESSAGES * 1e9 / (consumed - published)
    };
  }

  private static double median(List<double[]> rounds, int column) {
    return rounds.stream()
        .skip(1)
        .mapToDouble(round -> round[column])
        .sorted()
        .skip(ROUNDS / 2)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] body() {
    byte[] body = new byte[MESSAGE_BYTES];
    new Random(1).nextBytes(body);
    return body;
  }
}
