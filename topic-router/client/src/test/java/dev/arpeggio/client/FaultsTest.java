package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ScriptedNode.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything at once: a producer and a consumer while streams are cut, confirmations get lost,
 * partitions move and nodes restart. The seed fixes the faults; when they strike is up to the
 * machine.
 */
class FaultsTest {
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 40;
  private static final int MESSAGES_PER_ROUND = 25;
  private static final int MESSAGES = ROUNDS * MESSAGES_PER_ROUND;

  private final ScriptedCluster cluster = ScriptedCluster.ofNodes(2).withTopic("t", PARTITIONS);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingIsLostDoubledOrReordered(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ClientOptions options = ClientOptions.defaults().withBatchBytes(60);
    try (cluster;
        Arpeggio client = Arpeggio.connect(cluster.addresses(), options)) {
      Producer producer = client.producer("t");
      Consumer consumer = client.consumer("t", ConsumerOptions.defaults().withCredit(64));
      CompletableFuture<List<ReceivedMessage>> received =
          CompletableFuture.supplyAsync(() -> consume(consumer), task -> new Thread(task).start());
      List<CompletableFuture<Confirmation>> sent = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MESSAGES_PER_ROUND; i++) {
          String number = String.valueOf(sent.size());
          sent.add(producer.send(Message.of(number).withKey("key" + sent.size() % 7)));
        }
        strike(random);
      }
      cluster.nodes.forEach(node -> node.cutStreamsAnd(() -> behave(node, Behaviour.CONFIRM)));
      producer.flush();
      sent.forEach(Eventually::resultOf);
      assertStoredOnceInOrder();
      assertReceivedOnceInOrder(Eventually.resultOf(received));
    }
  }

  private void strike(SplittableRandom random) {
    ScriptedNode node = cluster.node(random.nextInt(2));
    switch (random.nextInt(6)) {
      case 0 -> node.cutStreams();
      case 1 -> node.cutStreamsAnd(() -> behave(node, Behaviour.STORE_SILENTLY));
      case 2 -> node.cutStreamsAnd(() -> behave(node, Behaviour.LOSE));
      case 3 -> node.cutStreamsAnd(() -> behave(node, Behaviour.CONFIRM));
      case 4 -> cluster.moveTo(node, "t", random.nextInt(PARTITIONS));
      default -> {
        node.stop();
        node.start();
      }
    }
  }

  private static void behave(ScriptedNode node, Behaviour behaviour) {
    node.publishing = behaviour;
    node.acknowledging = behaviour;
  }

  private static List<ReceivedMessage> consume(Consumer consumer) {
    List<ReceivedMessage> received = new ArrayList<>();
    while (received.size() < MESSAGES) {
      List<ReceivedMessage> batch = consumer.receiveBatch(10, Eventually.BOUND);
      assertTrue(!batch.isEmpty(), "only " + received.size());
      batch.forEach(consumer::acknowledge);
      received.addAll(batch);
    }
    consumer.flushAcknowledgements(Eventually.BOUND);
    return received;
  }

  private void assertStoredOnceInOrder() {
    List<Integer> all = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<Integer> numbers =
          cluster.bodies("t", partition).stream().map(Integer::valueOf).toList();
      assertEquals(numbers.stream().sorted().toList(), numbers, "order in " + partition);
      all.addAll(numbers);
    }
    assertEquals(IntStream.range(0, MESSAGES).boxed().toList(), all.stream().sorted().toList());
  }

  private void assertReceivedOnceInOrder(List<ReceivedMessage> received) {
    long[] next = new long[PARTITIONS];
    for (ReceivedMessage message : received) {
      assertEquals(next[message.partition()]++, message.offset(), "in " + message.partition());
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertEquals(next[partition], cluster.acknowledged("t", partition).size());
    }
  }
}
