package dev.arpeggio.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ProducerOptions;
import dev.arpeggio.client.QosRequest;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Requester;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.client.TopicOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the broker in memory does to the moment, which a real one does by the clock. */
class InMemoryBrokerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final InMemoryBroker broker = InMemoryBroker.start();
  private final Arpeggio client = broker.connect();

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  private void create(TopicOptions options) {
    client.admin().createTopic("t", options);
    client.admin().partition("t", 0).createSubscription("default", Position.earliest());
  }

  private void publish(Message... messages) throws Exception {
    try (Producer producer = client.producer("t")) {
      for (Message message : messages) {
        producer.send(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private PartitionInfo partition() {
    return client.admin().describeTopic("t").partitions().get(0);
  }

  private SubscriptionInfo subscription() {
    return partition().subscriptions().get(0);
  }

  private static ReceivedMessage next(Consumer consumer) {
    return consumer.receive(PATIENCE).orElseThrow(() -> new AssertionError("nothing came"));
  }

  private static void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("never happened: " + what);
      }
      LockSupport.parkNanos(MOMENT.toNanos());
    }
  }

  @Test
  void timeStandsStillUntilItIsMoved() throws Exception {
    create(TopicOptions.defaults());
    Instant start = broker.now();
    publish(Message.of("x"));
    broker.advance(Duration.ofDays(1));
    assertEquals(start.plus(Duration.ofDays(1)), broker.now());
    try (Consumer consumer = client.consumer("t")) {
      assertEquals(start, next(consumer).publishTime());
    }
    assertThrows(IllegalArgumentException.class, () -> broker.advance(Duration.ofMillis(-1)));
  }

  @Test
  void aDelayEndsToTheMoment() throws Exception {
    create(TopicOptions.defaults());
    Consumer consumer = client.consumer("t");
    publish(Message.of("late").withDelay(LEASE));
    broker.advance(LEASE.minus(MOMENT));
    await("attached", () -> subscription().consumers() == 1);
    assertEquals(0, subscription().leased());
    broker.advance(MOMENT);
    assertEquals(1, subscription().leased());
    assertEquals("late", next(consumer).text());
  }

  @Test
  void aLeaseEndsToTheMomentUnlessItIsExtended() throws Exception {
    create(TopicOptions.defaults().withLease(LEASE));
    publish(Message.of("x"));
    Consumer consumer = client.consumer("t", ConsumerOptions.defaults().withCredit(1));
    ReceivedMessage message = next(consumer);
    broker.advance(LEASE.minus(MOMENT));
    assertEquals(0, subscription().redelivered());
    consumer.extend(message, LEASE);
    // What a consumer says travels in order: once this is durable, the extension is there.
    consumer.release(message);
    await("released", () -> subscription().redelivered() == 1);
    broker.advance(LEASE);

    ReceivedMessage again = next(consumer);
    assertEquals(0, again.redeliveries());
    broker.advance(LEASE);
    assertEquals(2, subscription().redelivered());
  }

  @Test
  void backoffDoublesUpToItsLongest() throws Exception {
    create(
        TopicOptions.defaults()
            .withBackoff(Duration.ofSeconds(1))
            .withLongestBackoff(Duration.ofSeconds(3)));
    publish(Message.of("x"));
    try (Consumer consumer = client.consumer("t")) {
      for (int seconds : List.of(1, 2, 3, 3)) {
        consumer.retry(next(consumer));
        await("the message waits", () -> subscription().waiting() == 1);
        broker.advance(Duration.ofSeconds(seconds).minus(MOMENT));
        assertEquals(1, subscription().waiting());
        broker.advance(MOMENT);
        assertEquals(0, subscription().waiting());
      }
    }
  }

  @Test
  void messagesExpireToTheMoment() throws Exception {
    create(TopicOptions.defaults().withExpiry(Duration.ofSeconds(20)));
    publish(Message.of("a"), Message.of("b").withTimeToLive(LEASE));
    broker.advance(LEASE.minus(MOMENT));
    assertEquals(2, subscription().backlog());
    broker.advance(MOMENT);
    assertEquals(1, subscription().backlog());
    broker.advance(LEASE);
    assertEquals(0, subscription().backlog());
  }

  @Test
  void whatIsRetainedIsDeletedWhenItsTimeIsOver() throws Exception {
    create(TopicOptions.defaults().withRetention(LEASE));
    publish(Message.of("a"));
    client.admin().partition("t", 0).purge();
    broker.advance(LEASE.minus(MOMENT));
    assertEquals(0, partition().firstOffset());
    broker.advance(MOMENT);
    assertEquals(1, partition().firstOffset());
  }

  @Test
  void olderMessagesOfAKeyAreDropped() throws Exception {
    create(TopicOptions.defaults().withKeepLastPerKey(2));
    for (int i = 0; i < 5; i++) {
      publish(Message.of("a" + i).withKey("a"), Message.of("b" + i).withKey("b"));
    }
    assertEquals(
        List.of("a3", "b3", "a4", "b4"),
        client.admin().partition("t", 0).peekLog(Position.earliest(), 10).messages().stream()
            .map(peeked -> peeked.message().text())
            .toList());
  }

  @Test
  void onlySoManyRequestsWaitForTheirReplies() {
    create(TopicOptions.defaults());
    client.admin().createTopic("replies", TopicOptions.defaults());
    try (Requester requester = client.requester("t", "replies")) {
      CompletableFuture<ReceivedMessage> first = requester.request(Message.of("x"), PATIENCE);
      List<CompletableFuture<ReceivedMessage>> others = new ArrayList<>();
      for (int i = 1; i < Requester.MAX_OUTSTANDING; i++) {
        others.add(requester.request(Message.of("x"), PATIENCE));
      }
      assertFalse(others.get(0).isDone());
      CompletableFuture<ReceivedMessage> refused = requester.request(Message.of("x"), PATIENCE);
      ArpeggioException failure =
          assertInstanceOf(
              ArpeggioException.class,
              assertThrows(ExecutionException.class, refused::get).getCause());
      assertEquals(Reason.LIMIT_EXCEEDED, failure.reason());
      assertTrue(first.cancel(false));
      assertFalse(requester.request(Message.of("x"), PATIENCE).isDone());
    }
  }

  @Test
  void afterItsEndNoNodeAnswers() {
    broker.close();
    broker.close();
    ArpeggioException failure =
        assertThrows(ArpeggioException.class, () -> client.admin().listTopics());
    assertEquals(Reason.UNREACHABLE, failure.reason());
  }

  @Test
  void whatTheBrokerCannotPromiseIsRefused() {
    client.admin().createTopic("plain", TopicOptions.defaults());
    assertEquals(
        Reason.INVALID_ARGUMENT,
        assertThrows(
                ArpeggioException.class,
                () ->
                    client
                        .admin()
                        .createTopic(
                            "exclusive",
                            TopicOptions.defaults().withOwnership(Ownership.EXCLUSIVE)))
            .reason());
    try (Producer strong = client.producer("plain", ProducerOptions.defaults().withStrength(1));
        Consumer demanding =
            client.consumer(
                "plain",
                ConsumerOptions.defaults()
                    .withQos(QosRequest.any().withDeadline(Duration.ofSeconds(1))))) {
      CompletableFuture<Confirmation> refused = strong.send(Message.of("x"));
      assertEquals(
          Reason.QOS_MISMATCH,
          assertInstanceOf(
                  ArpeggioException.class,
                  assertThrows(ExecutionException.class, refused::get).getCause())
              .reason());
      assertEquals(
          Reason.QOS_MISMATCH,
          assertThrows(ArpeggioException.class, () -> demanding.receive(Duration.ofSeconds(30)))
              .reason());
    }
  }
}
