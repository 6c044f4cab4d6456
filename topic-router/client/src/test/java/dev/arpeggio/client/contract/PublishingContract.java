package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Header;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Partitioning;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.WhenFull;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is published, and what becomes of it until it is delivered. */
public abstract class PublishingContract extends Contract {
  @Test
  void aMessageIsDeliveredAsItWasPublished() {
    String topic = topic();
    Message message =
        Message.of(
                "key".getBytes(StandardCharsets.UTF_8),
                new byte[] {1, 2, 3},
                List.of(Header.of("name", new byte[] {4}), Header.of("empty", new byte[0])))
            .withPriority(3);
    List<Confirmation> confirmations = publish(topic, List.of(message, Message.of("next")));

    List<ReceivedMessage> received = consume(consumer(topic), 2);

    ReceivedMessage first = received.get(0);
    assertEquals(message, first.message());
    assertArrayEquals(new byte[] {1, 2, 3}, first.body());
    assertEquals(topic, first.topic());
    assertEquals(0, first.partition());
    assertEquals(0, first.redeliveries());
    assertEquals(1, confirmations.get(1).offset().orElseThrow());
    assertEquals(List.of(0L, 1L), received.stream().map(ReceivedMessage::offset).toList());
  }

  @Test
  void eachKeyHasAPartitionAndKeepsItsOrder() {
    String topic = topic(TopicOptions.defaults().withPartitions(8));
    publish(
        topic,
        IntStream.range(0, 200)
            .mapToObj(i -> Message.of(Integer.toString(i)).withKey("key-" + i % 20))
            .toList());

    TreeMap<String, List<Integer>> byKey = new TreeMap<>();
    for (ReceivedMessage message : consume(consumer(topic), 200)) {
      String key = new String(message.key(), StandardCharsets.UTF_8);
      assertEquals(Partitioning.ofKey(message.key(), 8), message.partition());
      byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(Integer.parseInt(message.text()));
    }

    assertEquals(20, byKey.size());
    byKey.forEach((key, values) -> assertEquals(values.stream().sorted().toList(), values, key));
  }

  @Test
  void higherPrioritiesComeFirst() {
    String topic = topic();
    publish(
        topic,
        List.of(
            Message.of("low"),
            Message.of("middle 1").withPriority(5),
            Message.of("high").withPriority(9),
            Message.of("middle 2").withPriority(5)));

    assertEquals(
        List.of("high", "middle 1", "middle 2", "low"), texts(consume(consumer(topic), 4)));
  }

  @Test
  void whatTheTopicDoesNotTakeIsRefusedAndTheRestIsStored() {
    String topic = topic(TopicOptions.defaults().withMaxMessageBytes(100).withHighestPriority(3));
    Producer producer = producer(topic);
    get(producer.send(Message.of("first")));

    ArpeggioException large = failure(producer.send(Message.of("x".repeat(200))));
    ArpeggioException high = failure(producer.send(Message.of("high").withPriority(4)));
    get(producer.send(Message.of("last")));

    assertEquals(Reason.MESSAGE_TOO_LARGE, large.reason());
    assertEquals("100", large.details().get("limit"));
    assertEquals(Reason.INVALID_ARGUMENT, high.reason());
    assertEquals("priority", high.details().get("field"));
    assertEquals(List.of("first", "last"), texts(consume(consumer(topic), 2)));
  }

  @Test
  void thereHasToBeATopic() {
    ArpeggioException failure = failure(producer(name("none")).send(Message.of("x")));
    assertEquals(Reason.TOPIC_NOT_FOUND, failure.reason());
    assertEquals(name("none"), failure.details().get("topic"));
    refused(Reason.TOPIC_NOT_FOUND, () -> consumer(name("none")).receive(PATIENCE));
  }

  @Test
  void aFullPartitionRefusesWhatItHasNoRoomFor() {
    String topic = topic(TopicOptions.defaults().withMaxPartitionMessages(2));
    publish(topic, "one");
    publish(topic, "two");
    Arpeggio impatient =
        connect(ClientOptions.defaults().withDeliveryTimeout(Duration.ofMillis(300)));
    try (Producer producer = impatient.producer(topic)) {
      assertEquals("2", failure(producer.send(Message.of("three"))).details().get("limit"));
    }
    assertEquals(2, partition(topic, 0).nextOffset());

    Consumer consumer = consumer(topic);
    consume(consumer, 2);
    publish(topic, "three");
    assertEquals("three", next(consumer).text());
  }

  @Test
  void aFullPartitionMayDropItsOldestMessagesInstead() {
    String topic =
        topic(
            TopicOptions.defaults().withMaxPartitionMessages(3).withWhenFull(WhenFull.DROP_OLDEST));
    for (String number : numbers(6)) {
      publish(topic, number);
    }
    List<String> kept =
        admin().partition(topic, 0).peekLog(Position.earliest(), 10).messages().stream()
            .map(peeked -> peeked.message().text())
            .toList();
    assertTrue(kept.size() <= 3, kept.toString());
    assertEquals("5", kept.get(kept.size() - 1));
  }

  @Test
  void aDelayedMessageComesWhenItIsDue() {
    String topic = topic();
    Consumer consumer = consumer(topic);
    Duration delay = Duration.ofMillis(300);
    publish(topic, List.of(Message.of("late").withDelay(delay), Message.of("now")));

    assertEquals("now", next(consumer).text());
    pass(delay);
    assertEquals("late", next(consumer).text());
  }

  @Test
  void anExpiredMessageIsNotDelivered() {
    String topic = topic();
    admin().partition(topic, 0).createSubscription("default", Position.earliest());
    Duration life = Duration.ofMillis(50);
    publish(topic, List.of(Message.of("short").withTimeToLive(life), Message.of("long")));
    pass(life);
    await("expiry", () -> subscription(topic).backlog() == 1);

    assertEquals("long", next(consumer(topic)).text());
  }

  @Test
  void whatExpiresMayGoToAnotherTopic() {
    Duration life = Duration.ofMillis(50);
    String late = name("late");
    String topic = topic(TopicOptions.defaults().withExpiry(life).withExpiredMovedTo(late));
    admin().partition(topic, 0).createSubscription("default", Position.earliest());
    publish(topic, "x");
    pass(life);
    await("the topic", () -> admin().listTopics().stream().anyMatch(t -> t.topic().equals(late)));

    ReceivedMessage moved = next(consumer(late));
    assertEquals("x", moved.text());
    assertEquals("expired", RedeliveryContract.header(moved, "reason"));
    await("nothing left", () -> subscription(topic).backlog() == 0);
  }

  @Test
  void aFlushWaitsForConfirmations() {
    String topic = topic();
    Producer producer = producer(topic);
    var confirmation = producer.send(Message.of("x"));
    producer.flush(PATIENCE);
    assertTrue(confirmation.isDone());
    assertFalse(confirmation.isCompletedExceptionally());
  }
}
