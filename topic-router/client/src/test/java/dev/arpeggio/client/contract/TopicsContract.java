package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.Topics;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Consumers of several topics. */
public abstract class TopicsContract extends Contract {
  private static final Duration OFTEN = Duration.ofMillis(20);

  private void create(String... names) {
    for (String name : names) {
      admin().createTopic(name(name), TopicOptions.defaults());
    }
  }

  private Consumer matching(String pattern) {
    return matching(pattern, ConsumerOptions.defaults());
  }

  private Consumer matching(String pattern, ConsumerOptions options) {
    return closedAtTheEnd(
        client().consumer(Topics.matching(name(pattern)).lookingEvery(OFTEN), options));
  }

  private List<String> names(String... names) {
    return java.util.Arrays.stream(names).map(this::name).toList();
  }

  @Test
  void theMessagesOfAllTopicsThatMatchComeAndAreAcknowledgedWhereTheyBelong() {
    create("a.x", "a.y", "a.y.z", "b.x");
    for (String topic : List.of("a.x", "a.y", "a.y.z", "b.x")) {
      publish(name(topic), topic + " 0", topic + " 1");
    }
    Consumer consumer = matching("a.*");

    List<ReceivedMessage> received = consume(consumer, 4);

    assertEquals(
        new TreeSet<>(List.of("a.x 0", "a.x 1", "a.y 0", "a.y 1")), new TreeSet<>(texts(received)));
    for (ReceivedMessage message : received) {
      assertEquals(name(message.text().substring(0, 3)), message.topic());
    }
    assertEquals(names("a.x", "a.y"), consumer.topics());
    assertEquals(0, subscription(name("a.x")).backlog());
    assertEquals(0, subscription(name("a.y")).backlog());
  }

  @Test
  void aTopicThatAppearsIsJoinedAndOneThatIsDeletedIsLeft() {
    Consumer consumer = matching("**");
    create("one");
    publish(name("one"), "a");
    assertEquals("a", next(consumer).text());

    create("more.two");
    publish(name("more.two"), "b");
    assertEquals("b", next(consumer).text());

    admin().deleteTopic(name("one"));
    await("one is left", () -> consumer.topics().equals(names("more.two")));
    publish(name("more.two"), "c");
    assertEquals("c", next(consumer).text());
  }

  @Test
  void aTopicThatIsCreatedAgainIsANewOne() {
    create("t");
    publish(name("t"), "old 0", "old 1", "old 2");
    Consumer consumer = matching("*");
    List<ReceivedMessage> old = receive(consumer, 3);
    consumer.acknowledge(old.get(0));
    consumer.flushAcknowledgements(PATIENCE);

    admin().deleteTopic(name("t"));
    create("t");
    publish(name("t"), "new 0", "new 1", "new 2");

    List<ReceivedMessage> received = receive(consumer, 3);
    assertEquals(List.of("new 0", "new 1", "new 2"), texts(received));
    // These are no messages of this topic, though they lie where its messages do.
    old.forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(PATIENCE);
    assertEquals(3, subscription(name("t")).backlog());
    received.forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(PATIENCE);
    assertEquals(0, subscription(name("t")).backlog());
  }

  @Test
  void aWildcardDoesNotStandForDeadLetters() {
    create("orders", "failures");
    admin().createTopic(name("bills"), TopicOptions.defaults().withDeadLetters(name("failures")));
    publish(name("orders"), "bad");
    publish(name("bills"), "bad");
    publish(name("failures"), "earlier");
    Consumer consumer = matching("*");
    for (ReceivedMessage message : receive(consumer, 2)) {
      consumer.reject(message, "test");
    }
    Consumer dead = matching("orders.dead");
    assertEquals("bad", next(dead).text());
    await(
        "both dead",
        () ->
            partition(name("failures"), 0).nextOffset() == 2
                && consumer.topics().equals(names("bills", "orders")));
    publish(name("orders"), "good");
    assertEquals("good", next(consumer).text());
  }

  @Test
  void creditIsSharedByAllTopics() {
    List<String> topics = List.of("a", "b", "c", "d", "e");
    topics.forEach(this::create);
    topics.forEach(topic -> publish(name(topic), numbers(50)));
    Consumer consumer = matching("*", ConsumerOptions.defaults().withCredit(10));
    await("all are joined", () -> consumer.topics().size() == 5);

    List<ReceivedMessage> held = receive(consumer, 10);
    assertEquals(10, topics.stream().mapToLong(topic -> subscription(name(topic)).leased()).sum());
    assertEquals(5, held.stream().map(ReceivedMessage::topic).collect(Collectors.toSet()).size());
  }

  @Test
  void aTopicThatCannotBeConsumedEndsTheConsumer() {
    create("a", "b");
    Consumer other =
        consumer(
            name("a"),
            ConsumerOptions.defaults().withKind(dev.arpeggio.client.SubscriptionKind.FAILOVER));
    awaitConsumers(name("a"), 1);
    Consumer consumer =
        matching(
            "*", ConsumerOptions.defaults().withKind(dev.arpeggio.client.SubscriptionKind.SHARED));
    refused(Reason.INVALID_ARGUMENT, () -> consumer.receive(PATIENCE));
    publish(name("a"), "x");
    assertEquals("x", next(other).text());
  }

  @Test
  void whatIsNoMessageOfTheseTopicsIsNotTaken() {
    create("a", "b");
    publish(name("b"), "x");
    ReceivedMessage stranger = next(consumer(name("b")));
    assertThrows(IllegalArgumentException.class, () -> matching("a").acknowledge(stranger));
  }
}
