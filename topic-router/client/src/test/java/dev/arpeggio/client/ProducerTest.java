package dev.arpeggio.client;

import static dev.arpeggio.client.Eventually.eventually;
import static dev.arpeggio.client.Eventually.failureOf;
import static dev.arpeggio.client.Eventually.resultOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ScriptedNode.Behaviour;
import dev.arpeggio.client.ScriptedNode.ReceivedBatch;
import dev.arpeggio.protocol.v1.ErrorReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A producer against scripted nodes over real sockets. */
class ProducerTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  // A few messages fill a batch.
  private static final ClientOptions SMALL_BATCHES = ClientOptions.defaults().withBatchBytes(40);

  private final ScriptedCluster cluster = ScriptedCluster.ofNodes(2);
  private final ScriptedNode node = cluster.node(0);
  private final List<Arpeggio> clients = new ArrayList<>();

  @AfterEach
  void closeAll() {
    cluster.nodes.forEach(ScriptedNode::confirmAgain);
    clients.forEach(Arpeggio::close);
    cluster.close();
  }

  @Test
  void aConfirmationTellsWhereTheMessageIs() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    Confirmation first = resultOf(producer.send(Message.of("a")));
    Confirmation second = resultOf(producer.send(Message.of("b")));
    assertEquals(new Confirmation(0, OptionalLong.of(0)), first);
    assertEquals(new Confirmation(0, OptionalLong.of(1)), second);
    assertEquals(List.of("a", "b"), cluster.bodies("t", 0));
  }

  @Test
  void everyMessageOfABatchLearnsItsOwnOffset() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 500);
    for (int i = 0; i < sent.size(); i++) {
      assertEquals(OptionalLong.of(i), resultOf(sent.get(i)).offset());
    }
    assertEquals(numbers(0, 500), cluster.bodies("t", 0));
  }

  @Test
  void keyBodyAndHeadersArriveAsTheyWereSent() {
    cluster.withTopic("t", 1);
    Message message =
        Message.of("body").withKey("key").withHeader("name", "välue").withHeader("name", "");
    resultOf(producer().send(message));
    var stored = cluster.log("t", 0).messages.get(0).message();
    assertEquals("key", stored.getKey().toStringUtf8());
    assertEquals("body", stored.getBody().toStringUtf8());
    assertEquals("välue", stored.getHeaders(0).getValue().toStringUtf8());
    assertEquals(2, stored.getHeadersCount());
  }

  @Test
  void batchesThatACutLostAreRepeatedInOrderUnderTheSameSequences() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.LOSE;
    Producer producer = producer(SMALL_BATCHES);
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 100);
    cluster.await("all but the last batch on its way", () -> node.batches.size() >= 10);
    node.cutStreamsAnd(() -> node.publishing = Behaviour.CONFIRM);
    sent.forEach(Eventually::resultOf);
    assertEquals(numbers(0, 100), cluster.bodies("t", 0));
    synchronized (cluster) {
      List<ReceivedBatch> before = onStream(1);
      List<ReceivedBatch> after = onStream(2);
      assertTrue(before.size() >= 10);
      for (int i = 0; i < before.size(); i++) {
        assertEquals(before.get(i).firstSequence(), after.get(i).firstSequence());
        assertEquals(before.get(i).bodies(), after.get(i).bodies());
        assertEquals(before.get(i).producerId(), after.get(i).producerId());
      }
      assertEquals(1, before.get(0).firstSequence());
      assertEquals(16, before.get(0).producerId().size());
    }
  }

  @Test
  void whatWasStoredWithoutAConfirmationIsStoredOnce() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.STORE_SILENTLY;
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer(SMALL_BATCHES), 0, 30);
    cluster.await("batches stored", () -> node.batches.size() >= 3);
    node.stop();
    node.publishing = Behaviour.CONFIRM;
    node.start();
    sent.forEach(Eventually::resultOf);
    assertEquals(numbers(0, 30), cluster.bodies("t", 0));
  }

  @Test
  void aNodeThatComesBackOnItsPortIsFoundAgain() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    resultOf(producer.send(Message.of("before")));
    node.stop();
    CompletableFuture<Confirmation> during = producer.send(Message.of("during"));
    eventually("the client asks the other node", () -> cluster.node(1).locates > 0);
    node.start();
    resultOf(during);
    assertEquals(List.of("before", "during"), cluster.bodies("t", 0));
  }

  @Test
  void aNewOwnerGetsWhatTheDeadOneDidNotConfirm() {
    cluster.withTopic("t", 1);
    Producer producer = producer(SMALL_BATCHES);
    resultOf(producer.send(Message.of("0")));
    node.publishing = Behaviour.LOSE;
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 1, 50);
    cluster.await("batches on their way", () -> node.batches.size() >= 4);
    node.stop();
    cluster.moveTo(cluster.node(1), "t", 0);
    sent.forEach(Eventually::resultOf);
    assertEquals(numbers(0, 50), cluster.bodies("t", 0));
  }

  @Test
  void aRefusalThatNamesTheOwnerLeadsStraightThere() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    resultOf(producer.send(Message.of("a")));
    cluster.moveTo(cluster.node(1), "t", 0);
    resultOf(producer.send(Message.of("b")));
    assertEquals(List.of("a", "b"), cluster.bodies("t", 0));
    assertEquals(1, cluster.node(0).locates + cluster.node(1).locates);
  }

  @Test
  void nodesThatNameEachOtherAreFollowedThreeTimesThenTheRingIsAskedAgain() {
    cluster.withTopic("t", 1);
    ScriptedNode other = cluster.node(1);
    node.refuseNextAttach(ErrorReason.NOT_OWNER, Map.of("owner", other.address()))
        .refuseNextAttach(ErrorReason.NOT_OWNER, Map.of("owner", other.address()));
    other
        .refuseNextAttach(ErrorReason.NOT_OWNER, Map.of("owner", node.address()))
        .refuseNextAttach(ErrorReason.NOT_OWNER, Map.of("owner", node.address()));
    resultOf(producer().send(Message.of("a")));
    assertEquals(2, other.publishAttaches);
    assertEquals(3, node.publishAttaches);
    assertEquals(2, node.locates + other.locates);
  }

  @Test
  void aNodeThatDoesNotAnswerIsGivenUp() {
    cluster.withTopic("t", 1);
    node.ignoreNextAttach();
    Producer producer =
        producer(ClientOptions.defaults().withConnectTimeout(SHORT.multipliedBy(10)));
    resultOf(producer.send(Message.of("a")));
    assertTrue(node.publishAttaches >= 2);
    assertEquals(List.of("a"), cluster.bodies("t", 0));
  }

  @Test
  void aClusterThatCannotRouteForAMomentIsAskedAgain() {
    cluster.withTopic("t", 1);
    for (ScriptedNode asked : cluster.nodes) {
      asked.refuseNextLocate(ErrorReason.RING_UNAVAILABLE);
    }
    resultOf(producer().send(Message.of("a")));
    assertEquals(3, node.locates + cluster.node(1).locates);
  }

  @Test
  void aDefectEndsTheProducerAndSaysSo() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    ArpeggioException defect = new ArpeggioException(Reason.INTERNAL, "planted");
    resultOf(
        producer
            .send(Message.of("a"))
            .thenAccept(confirmed -> ((Endpoint) producer).abort(defect)));
    assertEquals(defect, failureOf(producer.send(Message.of("b"))));
  }

  @Test
  void transientRefusalsAreRetriedWithTheSameSequence() {
    cluster.withTopic("t", 1);
    List<ErrorReason> reasons =
        List.of(
            ErrorReason.STORE_UNAVAILABLE,
            ErrorReason.OUTCOME_UNKNOWN,
            ErrorReason.LIMIT_EXCEEDED,
            ErrorReason.DRAINING,
            ErrorReason.RING_UNAVAILABLE);
    reasons.forEach(reason -> node.refuseNextBatch(reason, Map.of("retry_after_ms", "1")));
    resultOf(producer().send(Message.of("a")));
    assertEquals(List.of("a"), cluster.bodies("t", 0));
    assertEquals(reasons.size() + 1, node.batches.size());
    assertTrue(node.batches.stream().allMatch(batch -> batch.firstSequence() == 1));
  }

  @Test
  void aPermanentRefusalFailsAtOnceAndLaterMessagesGoOn() {
    cluster.withTopic("t", 1);
    // Room for one at a time: what failed must have made room.
    Producer producer = producer(ClientOptions.defaults().withMaxInFlightBytes(1));
    node.refuseNextBatch(ErrorReason.INVALID_ARGUMENT, Map.of("field", "messages"));
    ArpeggioException failure = failureOf(producer.send(Message.of("a")));
    assertEquals(Reason.INVALID_ARGUMENT, failure.reason());
    assertEquals("messages", failure.details().get("field"));
    assertFalse(failure.isRetryable());
    resultOf(producer.send(Message.of("b")));
    assertEquals(List.of("b"), cluster.bodies("t", 0));
    assertEquals(2, node.batches.get(1).firstSequence());
  }

  @Test
  void aRefusalFailsTheBatchThatIsRefusedAndNoOther() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.LOSE;
    Producer producer = producer(SMALL_BATCHES);
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 100);
    cluster.await("many batches on their way", () -> node.batches.size() >= 10);
    // The node stores the batches before the bad one, and the stream ends before it says so.
    node.cutStreamsAnd(
        () -> {
          node.publishing = Behaviour.CONFIRM_LATER;
          node.refuseBatchesWith("50", ErrorReason.INVALID_ARGUMENT);
        });
    producer.flush();
    List<String> expected = new ArrayList<>(numbers(0, 100));
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i).isCompletedExceptionally()) {
        assertEquals(Reason.INVALID_ARGUMENT, failureOf(sent.get(i)).reason());
        expected.remove(String.valueOf(i));
      }
    }
    assertTrue(sent.get(50).isCompletedExceptionally());
    assertTrue(expected.size() >= 94, "failed more than a batch: " + expected);
    assertEquals(expected, cluster.bodies("t", 0));
  }

  @Test
  void aTopicThatIsGoneFailsEverythingThatWaits() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.LOSE;
    Producer producer = producer(SMALL_BATCHES);
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 100);
    cluster.await("many batches on their way", () -> node.batches.size() >= 10);
    node.cutStreamsAnd(() -> cluster.topics.clear());
    for (CompletableFuture<Confirmation> future : sent) {
      assertEquals(Reason.TOPIC_NOT_FOUND, failureOf(future).reason());
    }
    assertEquals(1, node.batches.stream().mapToInt(ReceivedBatch::stream).max().orElseThrow());
  }

  @Test
  void anUnknownTopicFailsAtOnceAndIsFoundOnceItExists() {
    Producer producer = producer();
    assertEquals(Reason.TOPIC_NOT_FOUND, failureOf(producer.send(Message.of("a"))).reason());
    cluster.withTopic("t", 1);
    resultOf(producer.send(Message.of("b")));
    assertEquals(List.of("b"), cluster.bodies("t", 0));
  }

  @Test
  void aMessageOverTheTopicsLimitIsNotSent() {
    cluster.withTopic("t", 1, 100);
    Producer producer = producer();
    // The first while the topic's limit is still unknown.
    ArpeggioException early = failureOf(producer.send(Message.of("x".repeat(99))));
    ArpeggioException late = failureOf(producer.send(Message.of("x".repeat(99))));
    for (ArpeggioException failure : List.of(early, late)) {
      assertEquals(Reason.MESSAGE_TOO_LARGE, failure.reason());
      assertEquals(Map.of("size", "101", "limit", "100"), failure.details());
    }
    resultOf(producer.send(Message.of("x".repeat(98))));
    assertEquals(1, node.batches.size());
  }

  @Test
  void aBatchTakesAMessageLargerThanItself() {
    cluster.withTopic("t", 1);
    Producer producer = producer(SMALL_BATCHES);
    sendNumbers(producer, 0, 3);
    CompletableFuture<Confirmation> large = producer.send(Message.of("y".repeat(900)));
    sendNumbers(producer, 4, 6);
    producer.flush();
    assertEquals(OptionalLong.of(3), resultOf(large).offset());
    assertEquals(List.of("0", "1", "2", "y".repeat(900), "4", "5"), cluster.bodies("t", 0));
  }

  @Test
  void underLoadMessagesTravelTogether() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.CONFIRM_LATER;
    Producer producer = producer();
    CompletableFuture<Confirmation> first = producer.send(Message.of("0"));
    cluster.await("the first alone", () -> node.batches.size() == 1);
    sendNumbers(producer, 1, 1_000);
    node.confirmAgain();
    producer.flush();
    assertTrue(first.isDone());
    assertEquals(numbers(0, 1_000), cluster.bodies("t", 0));
    assertEquals(2, node.batches.size());
  }

  @Test
  void aSendOverTheBoundWaitsForRoomAndGivesUpInTime() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.CONFIRM_LATER;
    Producer producer =
        producer(ClientOptions.defaults().withMaxInFlightBytes(150).withRequestTimeout(SHORT));
    CompletableFuture<Confirmation> first = producer.send(Message.of("a"));
    CompletableFuture<Confirmation> second = producer.send(Message.of("b"));
    CompletableFuture<Confirmation> third = producer.send(Message.of("c"));
    assertEquals(Reason.TIMED_OUT, failureOf(third).reason());
    cluster.await("the first on its way", () -> node.batches.size() == 1);
    node.confirmAgain();
    resultOf(first);
    resultOf(second);
    resultOf(producer.send(Message.of("d")));
    assertEquals(List.of("a", "b", "d"), cluster.bodies("t", 0));
  }

  @Test
  void aSendThatWaitsGoesOnWhenThereIsRoom() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.CONFIRM_LATER;
    Producer producer = producer(ClientOptions.defaults().withMaxInFlightBytes(1));
    CompletableFuture<Confirmation> first = producer.send(Message.of("a"));
    Thread sender = new Thread(() -> resultOf(producer.send(Message.of("b"))));
    sender.start();
    eventually("the sender waits", () -> sender.getState() == Thread.State.TIMED_WAITING);
    assertFalse(first.isDone());
    cluster.await("the first on its way", () -> node.batches.size() == 1);
    node.confirmAgain();
    cluster.await("both stored", () -> cluster.bodies("t", 0).equals(List.of("a", "b")));
    assertEquals(List.of("a", "b"), cluster.bodies("t", 0));
  }

  @Test
  void whatNeverLeftFailsAsUnreachableWithTheAddressesTried() {
    cluster.withTopic("t", 1);
    String addresses = cluster.addresses();
    cluster.nodes.forEach(ScriptedNode::stop);
    Producer producer = producer(ClientOptions.defaults().withDeliveryTimeout(SHORT));
    // The first may time out before all addresses have been tried.
    eventually(
        "the addresses have been tried",
        () -> failureOf(producer.send(Message.of("a"))).reason() == Reason.UNREACHABLE);
    ArpeggioException failure = failureOf(producer.send(Message.of("a")));
    assertEquals(addresses, failure.details().get("addresses"));
    assertTrue(failure.isRetryable());
  }

  @Test
  void whatLeftWithoutAConfirmationFailsAsUnknownAndLaterMessagesGoOn() {
    cluster.withTopic("t", 1);
    Producer producer =
        producer(ClientOptions.defaults().withDeliveryTimeout(SHORT).withMaxInFlightBytes(1));
    node.publishing = Behaviour.LOSE;
    // The first may time out before there is a stream.
    eventually(
        "a message left and timed out",
        () -> failureOf(producer.send(Message.of("a"))).reason() == Reason.OUTCOME_UNKNOWN);
    node.publishing = Behaviour.CONFIRM;
    eventually(
        "a message is confirmed",
        () -> !producer.send(Message.of("b")).handle((c, e) -> e != null).join());
    assertTrue(cluster.bodies("t", 0).contains("b"));
  }

  @Test
  void whatIsRefusedForTooLongSaysWhy() {
    cluster.withTopic("t", 1);
    Producer producer = producer(ClientOptions.defaults().withDeliveryTimeout(SHORT));
    node.refuseBatchesWith("a", ErrorReason.LIMIT_EXCEEDED);
    // The first may time out before there is a stream.
    eventually(
        "a message was refused until it timed out",
        () -> {
          ArpeggioException failure = failureOf(producer.send(Message.of("a")));
          return failure.getCause() instanceof ArpeggioException why
              && why.reason() == Reason.LIMIT_EXCEEDED
              && String.valueOf(failure.getMessage()).contains(String.valueOf(why.getMessage()));
        });
    assertEquals(List.of(), cluster.bodies("t", 0));
  }

  @Test
  void oneKeyStaysInOnePartitionAndKeysSpread() {
    cluster.withTopic("t", 8);
    Producer producer = producer();
    HashSet<Integer> used = new HashSet<>();
    for (int key = 0; key < 50; key++) {
      int first = resultOf(producer.send(Message.of("a").withKey("key" + key))).partition();
      int second = resultOf(producer.send(Message.of("b").withKey("key" + key))).partition();
      assertEquals(first, second);
      used.add(first);
    }
    assertEquals(8, used.size());
  }

  @Test
  void theHashOfKeysNeverChanges() {
    assertEquals(
        List.of(0x0, 0x3c2569b2, 0x248bfa47),
        List.of(
            Partitioning.ofKey(new byte[0], Integer.MAX_VALUE),
            Partitioning.ofKey(
                "a".getBytes(java.nio.charset.StandardCharsets.UTF_8), Integer.MAX_VALUE),
            Partitioning.ofKey(
                "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8), Integer.MAX_VALUE)));
  }

  @Test
  void messagesWithoutAKeyUseAllPartitions() {
    cluster.withTopic("t", 3);
    Producer producer = producer();
    for (int i = 0; i < 6; i++) {
      resultOf(producer.send(Message.of("a")));
    }
    for (int partition = 0; partition < 3; partition++) {
      assertEquals(2, cluster.bodies("t", partition).size());
    }
  }

  @Test
  void messagesWithoutAKeyMoveOnWhenABatchHasNoRoomForThemThoughItIsNotFull() {
    cluster.withTopic("t", 4);
    Producer producer = producer(SMALL_BATCHES);
    resultOf(producer.send(Message.of("routes are known")));
    List<CompletableFuture<Confirmation>> sent = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      sent.add(producer.send(Message.of("three fit")));
    }
    sent.forEach(Eventually::resultOf);
    for (int partition = 0; partition < 4; partition++) {
      int size = cluster.bodies("t", partition).size();
      assertTrue(size >= 50, partition + " got " + size);
    }
  }

  @Test
  void flushWaitsForEverythingSent() {
    cluster.withTopic("t", 4);
    Producer producer = producer(SMALL_BATCHES);
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 200);
    producer.flush();
    assertTrue(sent.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void closingFlushes() {
    cluster.withTopic("t", 2);
    Producer producer = producer(SMALL_BATCHES);
    List<CompletableFuture<Confirmation>> sent = sendNumbers(producer, 0, 200);
    producer.close();
    assertTrue(sent.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    assertTrue(sent.stream().allMatch(CompletableFuture::isDone));
    assertEquals(Reason.CLOSED, failureOf(producer.send(Message.of("late"))).reason());
  }

  @Test
  void closingIsBoundedAndSaysWhatIsUnknown() {
    cluster.withTopic("t", 1);
    node.publishing = Behaviour.LOSE;
    Producer producer = producer(ClientOptions.defaults().withRequestTimeout(SHORT));
    CompletableFuture<Confirmation> left = producer.send(Message.of("a"));
    cluster.await("the first on its way", () -> node.batches.size() == 1);
    CompletableFuture<Confirmation> stayed = producer.send(Message.of("b"));
    producer.close();
    assertEquals(Reason.OUTCOME_UNKNOWN, failureOf(left).reason());
    assertEquals(Reason.CLOSED, failureOf(stayed).reason());
  }

  @Test
  void waitingInACallbackIsRefusedInsteadOfHanging() {
    cluster.withTopic("t", 1);
    Producer producer = producer();
    CompletableFuture<Void> wrong =
        producer.send(Message.of("a")).thenAccept(confirmation -> producer.flush());
    eventually("the callback ran", wrong::isDone);
    assertTrue(wrong.isCompletedExceptionally());
  }

  private Producer producer() {
    return producer(ClientOptions.defaults());
  }

  private Producer producer(ClientOptions options) {
    Arpeggio client = Arpeggio.connect(cluster.addresses(), options);
    clients.add(client);
    return client.producer("t");
  }

  private static List<CompletableFuture<Confirmation>> sendNumbers(
      Producer producer, int from, int to) {
    return numbers(from, to).stream().map(body -> producer.send(Message.of(body))).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  private List<ReceivedBatch> onStream(int number) {
    return node.batches.stream().filter(batch -> batch.stream() == number).toList();
  }
}
