package dev.arpeggio.client;

import static dev.arpeggio.client.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ScriptedNode.Behaviour;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Extend;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A consumer against scripted nodes over real sockets. */
class ConsumerTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Eventually.BOUND;

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
  void messagesComeInOrderWithWhereTheyAre() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b");
    Consumer consumer = consumer();
    ReceivedMessage first = next(consumer);
    assertEquals(
        new ReceivedMessage("t", 0, 0, 0, Instant.ofEpochSecond(1), Message.of("a")), first);
    assertEquals("b", next(consumer).text());
    assertEquals(Optional.empty(), consumer.receive(Duration.ZERO));
  }

  @Test
  void flushedAcknowledgementsAreDurable() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c");
    Consumer consumer = consumer();
    receive(consumer, 3).forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L, 1L, 2L), cluster.acknowledged("t", 0));
  }

  @Test
  void manyAcknowledgementsTravelTogether() {
    String[] bodies = new String[500];
    java.util.Arrays.fill(bodies, "x");
    cluster.withTopic("t", 1).store("t", 0, bodies);
    Consumer consumer = consumer(4_000);
    List<ReceivedMessage> received = receive(consumer, 500);
    node.acknowledging = Behaviour.CONFIRM_LATER;
    consumer.acknowledge(received.get(0));
    cluster.await("the first alone", () -> node.acknowledgements.size() == 1);
    received.subList(1, 500).forEach(consumer::acknowledge);
    assertEquals(Optional.empty(), consumer.receive(SHORT));
    assertEquals(1, node.acknowledgements.size());
    node.confirmAgain();
    consumer.flushAcknowledgements(LONG);
    assertEquals(2, node.acknowledgements.size());
    assertEquals(500, cluster.acknowledged("t", 0).size());
  }

  @Test
  void acknowledgementsFullOfHolesTravelInSeveralRequests() {
    String[] bodies = new String[5_000];
    java.util.Arrays.fill(bodies, "x");
    cluster.withTopic("t", 1).store("t", 0, bodies);
    Consumer consumer = consumer(40_000);
    List<ReceivedMessage> received = receive(consumer, 5_000);
    node.acknowledging = Behaviour.LOSE;
    received.stream().filter(message -> message.offset() % 2 == 0).forEach(consumer::acknowledge);
    cluster.await("some acknowledgements on their way", () -> !node.acknowledgements.isEmpty());
    node.cutStreamsAnd(() -> node.acknowledging = Behaviour.CONFIRM);
    consumer.flushAcknowledgements(LONG);
    assertEquals(2_500, cluster.acknowledged("t", 0).size());
    assertTrue(node.mostRanges <= 1_000, "ranges in one request: " + node.mostRanges);
  }

  @Test
  void aFlushThatIsNotConfirmedTimesOut() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    node.acknowledging = Behaviour.CONFIRM_LATER;
    Consumer consumer = consumer();
    consumer.acknowledge(next(consumer));
    ArpeggioException failure =
        assertThrows(ArpeggioException.class, () -> consumer.flushAcknowledgements(SHORT));
    assertEquals(Reason.TIMED_OUT, failure.reason());
    node.confirmAgain();
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L), cluster.acknowledged("t", 0));
  }

  @Test
  void whatIsHeldOverACutIsNotHandedOutAgainAndItsAcknowledgementReachesTheNewStream() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b");
    Consumer consumer = consumer();
    List<ReceivedMessage> held = receive(consumer, 2);
    node.cutStreams();
    cluster.await("everything delivered again", () -> node.delivered == 4);
    cluster.store("t", 0, "c");
    assertEquals("c", next(consumer).text());
    held.forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L, 1L), cluster.acknowledged("t", 0));
  }

  @Test
  void whatIsQueuedOverACutIsHandedOutOnceAndInOrder() {
    cluster.withTopic("t", 1).store("t", 0, "0", "1", "2", "3", "4", "5", "6");
    Consumer consumer = consumer();
    List<Long> offsets = new ArrayList<>();
    offsets.add(next(consumer).offset());
    cluster.await("all delivered", () -> node.delivered == 7);
    node.cutStreams();
    cluster.await("all delivered again", () -> node.delivered == 14);
    cluster.store("t", 0, "7");
    receive(consumer, 7).forEach(message -> offsets.add(message.offset()));
    assertEquals(LongStream.range(0, 8).boxed().toList(), offsets);
    assertEquals(Optional.empty(), consumer.receive(SHORT));
  }

  @Test
  void anAcknowledgementThatACutLostIsMadeAgainSilently() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b");
    node.acknowledging = Behaviour.LOSE;
    Consumer consumer = consumer();
    receive(consumer, 2).forEach(consumer::acknowledge);
    cluster.await("an acknowledgement on its way", () -> !node.acknowledgements.isEmpty());
    node.cutStreamsAnd(() -> node.acknowledging = Behaviour.CONFIRM);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L, 1L), cluster.acknowledged("t", 0));
    assertEquals(Optional.empty(), consumer.receive(SHORT));
  }

  @Test
  void aNewOwnerTakesOverWithoutDuplicatesAndInOrder() {
    cluster.withTopic("t", 1).store("t", 0, "0", "1", "2", "3", "4");
    Consumer consumer = consumer();
    List<Long> offsets = new ArrayList<>();
    for (ReceivedMessage message : receive(consumer, 2)) {
      offsets.add(message.offset());
      consumer.acknowledge(message);
    }
    cluster.moveTo(cluster.node(1), "t", 0);
    node.stop();
    cluster.store("t", 0, "5", "6");
    for (ReceivedMessage message : receive(consumer, 5)) {
      offsets.add(message.offset());
      consumer.acknowledge(message);
    }
    consumer.flushAcknowledgements(LONG);
    assertEquals(LongStream.range(0, 7).boxed().toList(), offsets);
    assertEquals(7, cluster.acknowledged("t", 0).size());
  }

  @Test
  void anOwnerThatForgotAnAcknowledgementIsToldAgain() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    Consumer consumer = consumer();
    consumer.acknowledge(next(consumer));
    consumer.flushAcknowledgements(LONG);
    synchronized (cluster) {
      cluster.log("t", 0).acknowledged("default").clear();
    }
    node.deliverAll();
    cluster.await("acknowledged again", () -> cluster.acknowledged("t", 0).equals(List.of(0L)));
    assertEquals(Optional.empty(), consumer.receive(Duration.ZERO));
  }

  @Test
  void aMessageHeldLongerThanItsLeaseIsNotHandedOutAgain() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    Consumer consumer = consumer();
    ReceivedMessage held = next(consumer);
    node.expireLeases();
    cluster.await("delivered again", () -> node.delivered == 2);
    assertEquals(Optional.empty(), consumer.receive(SHORT));
    consumer.acknowledge(held);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L), cluster.acknowledged("t", 0));
  }

  @Test
  void aReleasedMessageComesBack() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    Consumer consumer = consumer();
    consumer.release(next(consumer));
    ReceivedMessage again = next(consumer);
    assertEquals(0, again.offset());
    assertEquals(1, node.releases.size());
    consumer.acknowledge(again);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L), cluster.acknowledged("t", 0));
  }

  @Test
  void whatFailedIsSaidWithItsDelayAndComesBack() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c", "d");
    Consumer consumer = consumer();
    List<ReceivedMessage> held = receive(consumer, 4);
    consumer.retry(held.get(0));
    consumer.retry(held.get(1), Duration.ofSeconds(5));
    consumer.reject(held.get(2), "no such customer");
    consumer.extend(held.get(3), Duration.ofMinutes(1));
    cluster.await("all are said", () -> node.errands.size() == 4);
    List<ConsumeRequest> said;
    synchronized (cluster) {
      said = List.copyOf(node.errands);
    }
    assertEquals(
        Set.of(
            request().setRetry(Retry.newBuilder().addRanges(only(0))).build(),
            request().setRetry(Retry.newBuilder().addRanges(only(1)).setDelayMs(5_000)).build(),
            request()
                .setReject(Reject.newBuilder().addRanges(only(2)).setReason("no such customer"))
                .build(),
            request()
                .setExtend(Extend.newBuilder().addRanges(only(3)).setDurationMs(60_000))
                .build()),
        Set.copyOf(said));
    // The scripted node delivers again at once whatever was given back, and nothing else.
    List<Long> again =
        new ArrayList<>(receive(consumer, 3).stream().map(ReceivedMessage::offset).toList());
    Collections.sort(again);
    assertEquals(List.of(0L, 1L, 2L), again);
    assertEquals(Optional.empty(), consumer.receive(SHORT));
  }

  @Test
  void nothingIsSaidOfWhatIsNotHeld() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b");
    Consumer consumer = consumer();
    ReceivedMessage message = next(consumer);
    consumer.acknowledge(message);
    consumer.retry(message);
    consumer.reject(message, "");
    consumer.extend(message, Duration.ofSeconds(1));
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(), node.errands);
  }

  @Test
  void whatCannotBeSaidIsRefusedHereAndTheMessageIsHeldStill() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    Consumer consumer = consumer();
    ReceivedMessage held = next(consumer);
    for (Executable bad :
        List.<Executable>of(
            () -> consumer.retry(held, Duration.ofMillis(-1)),
            () -> consumer.retry(held, Duration.ofDays(1).plusMillis(1)),
            () -> consumer.reject(held, "x".repeat(257)),
            () -> consumer.extend(held, Duration.ZERO),
            () -> consumer.extend(held, Duration.ofDays(2)))) {
      assertThrows(IllegalArgumentException.class, bad);
    }
    consumer.acknowledge(held);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L), cluster.acknowledged("t", 0));
    assertEquals(List.of(), node.errands);
  }

  @Test
  void aConsumerWhoseSubscriptionWasMovedGoesOnFromThere() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c");
    Consumer consumer = consumer();
    List<ReceivedMessage> first = receive(consumer, 3);
    consumer.acknowledge(first.get(0));
    consumer.flushAcknowledgements(LONG);
    node.moveToTheBeginning("t");
    List<ReceivedMessage> again = receive(consumer, 3);
    assertEquals(List.of(0L, 1L, 2L), again.stream().map(ReceivedMessage::offset).toList());
    again.forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(LONG);
    assertEquals(List.of(0L, 1L, 2L), cluster.acknowledged("t", 0));
  }

  private static ConsumeRequest.Builder request() {
    return ConsumeRequest.newBuilder();
  }

  private static OffsetRange only(long offset) {
    return OffsetRange.newBuilder().setFirst(offset).setCount(1).build();
  }

  @Test
  void acknowledgingOrReleasingWhatIsNotHeldHasNoEffect() {
    cluster.withTopic("t", 1).store("t", 0, "a");
    Consumer consumer = consumer();
    ReceivedMessage message = next(consumer);
    consumer.acknowledge(message);
    consumer.acknowledge(message);
    consumer.release(message);
    consumer.flushAcknowledgements(LONG);
    assertEquals(1, node.acknowledgements.size());
    assertEquals(0, node.releases.size());
  }

  @Test
  void noMoreThanTheCreditIsFetchedUntilSomethingIsAcknowledged() {
    String[] bodies = new String[100];
    java.util.Arrays.fill(bodies, "x");
    cluster.withTopic("t", 1).store("t", 0, bodies);
    Consumer consumer = consumer(8);
    List<ReceivedMessage> held = receive(consumer, 8);
    assertEquals(Optional.empty(), consumer.receive(SHORT));
    assertEquals(8, node.delivered);
    held.subList(0, 4).forEach(consumer::acknowledge);
    assertEquals(4, receive(consumer, 4).size());
    assertEquals(Optional.empty(), consumer.receive(SHORT));
    assertEquals(12, node.delivered);
  }

  @Test
  void aConsumerThatHoldsAllButOneMessageGetsOneMore() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c", "d", "e", "f", "g", "h", "i");
    Consumer consumer = consumer(8);
    consumer.acknowledge(receive(consumer, 8).get(0));
    assertEquals("i", next(consumer).text());
  }

  @Test
  void aCreditOfOneDrainsATopic() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c", "d");
    Consumer consumer = consumer(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ReceivedMessage message = next(consumer);
      texts.add(message.text());
      consumer.acknowledge(message);
    }
    assertEquals(List.of("a", "b", "c", "d"), texts);
  }

  @Test
  void creditIsRestoredAfterACutThoughEverythingWasHeld() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c", "d");
    Consumer consumer = consumer(2);
    List<ReceivedMessage> held = receive(consumer, 2);
    node.cutStreams();
    cluster.await("delivered again", () -> node.delivered == 4);
    held.forEach(consumer::acknowledge);
    assertEquals(
        List.of(2L, 3L), receive(consumer, 2).stream().map(ReceivedMessage::offset).toList());
  }

  @Test
  void allPartitionsAreReadEachInOrder() {
    cluster.withTopic("t", 3);
    for (int i = 0; i < 20; i++) {
      cluster.store("t", i % 3, String.valueOf(i));
    }
    cluster.moveTo(cluster.node(1), "t", 2);
    Consumer consumer = consumer();
    long[] next = new long[3];
    for (ReceivedMessage message : receive(consumer, 20)) {
      assertEquals(next[message.partition()]++, message.offset());
    }
    assertEquals(20, next[0] + next[1] + next[2]);
  }

  @Test
  void aBatchIsNoLargerThanAskedFor() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c");
    Consumer consumer = consumer();
    cluster.await("all delivered", () -> node.delivered == 3);
    List<ReceivedMessage> two = consumer.receiveBatch(2, LONG);
    assertTrue(two.size() <= 2);
    assertThrows(IllegalArgumentException.class, () -> consumer.receiveBatch(0, LONG));
  }

  @Test
  void anUnknownTopicIsAnError() {
    Consumer consumer = consumer();
    ArpeggioException failure = assertThrows(ArpeggioException.class, () -> consumer.receive(LONG));
    assertEquals(Reason.TOPIC_NOT_FOUND, failure.reason());
  }

  @Test
  void aRefusalForGoodEndsTheConsumer() {
    cluster.withTopic("t", 1);
    node.refuseNextAttach(ErrorReason.SUBSCRIPTION_BUSY, Map.of("subscription", "default"));
    Consumer consumer = consumer();
    ArpeggioException failure = assertThrows(ArpeggioException.class, () -> consumer.receive(LONG));
    assertEquals(Reason.SUBSCRIPTION_BUSY, failure.reason());
    assertThrows(ArpeggioException.class, () -> consumer.flushAcknowledgements(LONG));
  }

  @Test
  void aConsumerThatNeverReachedANodeSaysSo() {
    cluster.withTopic("t", 1);
    cluster.nodes.forEach(ScriptedNode::stop);
    Consumer consumer = consumer();
    ArpeggioException[] failure = new ArpeggioException[1];
    eventually(
        "the consumer reports it",
        () -> {
          try {
            return consumer.receive(SHORT).isPresent();
          } catch (ArpeggioException e) {
            failure[0] = e;
            return true;
          }
        });
    assertEquals(Reason.UNREACHABLE, failure[0].reason());
    cluster.nodes.forEach(ScriptedNode::start);
    cluster.store("t", 0, "a");
    eventually("a node is found after all", () -> reachedReceive(consumer));
  }

  @Test
  void closingMakesAcknowledgementsDurableAndGivesTheRestBack() {
    cluster.withTopic("t", 1).store("t", 0, "a", "b", "c");
    Consumer first = consumer();
    first.acknowledge(receive(first, 3).get(0));
    first.close();
    assertEquals(List.of(0L), cluster.acknowledged("t", 0));
    cluster.await("the stream is gone", () -> node.openConsumeStreams() == 0);
    assertEquals(
        Reason.CLOSED, assertThrows(ArpeggioException.class, () -> first.receive(LONG)).reason());
    Consumer second = consumer();
    assertEquals(
        List.of("b", "c"), receive(second, 2).stream().map(ReceivedMessage::text).toList());
  }

  @Test
  void manyCutsLoseNothingAndDoubleNothing() {
    cluster.withTopic("t", 2);
    Consumer consumer = consumer(16);
    TreeSet<String> seen = new TreeSet<>();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 10; i++) {
        cluster.store("t", i % 2, round + "/" + i);
      }
      List<ReceivedMessage> held = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        ReceivedMessage message = next(consumer);
        assertTrue(seen.add(message.text()), "twice: " + message);
        if (i % 3 == 0) {
          held.add(message);
        } else {
          consumer.acknowledge(message);
        }
        if (i == round % 10) {
          node.cutStreams();
        }
      }
      held.forEach(consumer::acknowledge);
    }
    consumer.flushAcknowledgements(LONG);
    assertEquals(200, seen.size());
    assertEquals(100, cluster.acknowledged("t", 0).size());
    assertEquals(100, cluster.acknowledged("t", 1).size());
    assertFalse(consumer.receive(SHORT).isPresent());
  }

  private static boolean reachedReceive(Consumer consumer) {
    try {
      return consumer.receive(SHORT).isPresent();
    } catch (ArpeggioException e) {
      assertEquals(Reason.UNREACHABLE, e.reason());
      return false;
    }
  }

  private Consumer consumer() {
    return consumer(1_000);
  }

  private Consumer consumer(int credit) {
    Arpeggio client = Arpeggio.connect(cluster.addresses());
    clients.add(client);
    return client.consumer("t", ConsumerOptions.defaults().withCredit(credit));
  }

  private static ReceivedMessage next(Consumer consumer) {
    return consumer.receive(LONG).orElseThrow(() -> new AssertionError("no message came"));
  }

  private static List<ReceivedMessage> receive(Consumer consumer, int number) {
    List<ReceivedMessage> received = new ArrayList<>();
    while (received.size() < number) {
      List<ReceivedMessage> more = consumer.receiveBatch(number - received.size(), LONG);
      assertFalse(more.isEmpty(), "only " + received);
      received.addAll(more);
    }
    return received;
  }
}
