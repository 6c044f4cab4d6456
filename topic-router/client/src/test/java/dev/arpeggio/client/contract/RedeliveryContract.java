package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Header;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Redriven;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.TopicOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of messages that are not acknowledged. */
public abstract class RedeliveryContract extends Contract {
  private static final Duration WAIT = Duration.ofMillis(200);

  /** What a dead letter says of where it comes from. */
  static String header(ReceivedMessage message, String what) {
    return message.message().headers().stream()
        .filter(header -> header.name().equals("arpeggio-dead-" + what))
        .map(Header::text)
        .findFirst()
        .orElse("");
  }

  private void awaitDead(String topic, long number) {
    await(
        number + " dead letters",
        () -> subscription(topic).moved() == number && subscription(topic).moving() == 0);
  }

  @Test
  void whatIsReleasedComesBackAtOnceAndThatDoesNotCount() {
    String topic = topic();
    publish(topic, "a", "b");
    Consumer consumer = consumer(topic);
    ReceivedMessage first = next(consumer);
    consumer.release(first);

    List<ReceivedMessage> received = receive(consumer, 2);
    assertTrue(texts(received).containsAll(List.of("a", "b")));
    assertTrue(received.stream().allMatch(message -> message.redeliveries() == 0));
  }

  @Test
  void whatIsRetriedComesBackAfterItsDelay() {
    String topic = topic();
    publish(topic, "a");
    Consumer consumer = consumer(topic);
    consumer.retry(next(consumer), WAIT);
    await("the message waits, or is back", () -> subscription(topic).redelivered() == 1);
    pass(WAIT);

    assertEquals(1, next(consumer).redeliveries());
  }

  @Test
  void theTopicSaysHowLongARetryWaits() {
    String topic = topic(TopicOptions.defaults().withBackoff(WAIT));
    publish(topic, "a");
    Consumer consumer = consumer(topic);
    for (int failures = 0; failures < 2; failures++) {
      ReceivedMessage message = next(consumer);
      assertEquals(failures, message.redeliveries());
      consumer.retry(message);
      int expected = failures + 1;
      await("the message is back", () -> subscription(topic).redelivered() == expected);
      pass(WAIT.multipliedBy(expected));
    }
    assertEquals(2, next(consumer).redeliveries());
  }

  @Test
  void whatIsKeptForLongerThanTheLeaseComesToAnother() {
    String topic = topic(TopicOptions.defaults().withLease(WAIT));
    publish(topic, "a");
    Consumer slow = consumer(topic, ConsumerOptions.defaults().withCredit(1));
    assertEquals(0, next(slow).redeliveries());
    Consumer quick = consumer(topic);
    awaitConsumers(topic, 2);
    pass(WAIT);

    ReceivedMessage again = next(quick);
    assertEquals("a", again.text());
    assertNotEquals(0, again.redeliveries());
    quick.acknowledge(again);
    quick.flushAcknowledgements(PATIENCE);
    assertEquals(0, subscription(topic).backlog());
  }

  @Test
  void aLateAcknowledgementCountsWhereNobodyElseGotTheMessage() {
    String topic = topic(TopicOptions.defaults().withLease(WAIT));
    publish(topic, "a");
    Consumer consumer = consumer(topic);
    ReceivedMessage message = next(consumer);
    consumer.extend(message, Duration.ofMinutes(1));
    pass(WAIT);
    consumer.acknowledge(message);
    consumer.flushAcknowledgements(PATIENCE);
    assertEquals(0, subscription(topic).backlog());
  }

  @Test
  void whatFailsTooOftenIsADeadLetterThatSaysWhereItComesFrom() {
    String topic = topic(TopicOptions.defaults().withMaxDeliveries(2));
    publish(topic, List.of(Message.of("bad").withKey("k").withPriority(2), Message.of("good")));
    Consumer consumer = consumer(topic, ConsumerOptions.defaults().withCredit(1));
    for (int i = 0; i < 2; i++) {
      ReceivedMessage bad = next(consumer);
      assertEquals("bad", bad.text());
      consumer.retry(bad);
    }
    assertEquals("good", next(consumer).text());
    awaitDead(topic, 1);

    ReceivedMessage dead = next(consumer(topic + ".dead"));
    assertEquals("bad", dead.text());
    assertEquals(2, dead.message().priority());
    assertEquals("k", new String(dead.key(), java.nio.charset.StandardCharsets.UTF_8));
    assertEquals(topic, header(dead, "topic"));
    assertEquals("0", header(dead, "partition"));
    assertEquals("0", header(dead, "offset"));
    assertEquals("default", header(dead, "subscription"));
    assertEquals("2", header(dead, "deliveries"));
    assertEquals("delivered 2 times", header(dead, "reason"));
  }

  @Test
  void whatIsRejectedIsADeadLetterAtOnceInTheTopicThatIsNamed() {
    String graves = name("graves");
    String topic = topic(TopicOptions.defaults().withDeadLetters(graves));
    publish(topic, "bad", "good");
    Consumer consumer = consumer(topic, ConsumerOptions.defaults().withCredit(1));
    consumer.reject(next(consumer), "cannot be read");
    consume(consumer, 1);
    awaitDead(topic, 1);

    assertEquals("cannot be read", header(next(consumer(graves)), "reason"));
    assertEquals(0, subscription(topic).backlog());
  }

  @Test
  void deadLettersGoBackToWhereTheyCameFrom() {
    String topic = topic();
    publish(topic, "a", "b", "c");
    Consumer consumer = consumer(topic, SubscriptionKind.SHARED);
    receive(consumer, 3).forEach(message -> consumer.reject(message, "test"));
    awaitDead(topic, 3);
    String dead = topic + ".dead";
    var graves = admin().partition(dead, 0);
    graves.createSubscription("default", dev.arpeggio.client.Position.earliest());

    assertEquals(new Redriven(1, 0, 0), graves.redrive("default", 1, 1, Optional.empty()));
    ReceivedMessage back = next(consumer);
    assertEquals("b", back.text());
    assertEquals("", header(back, "reason"));
    String elsewhere = admin().createTopic(name("elsewhere"), TopicOptions.defaults()).topic();
    assertEquals(new Redriven(2, 0, 0), graves.redrive("default", Optional.of(elsewhere)));
    assertEquals(List.of("a", "c"), texts(receive(consumer(elsewhere), 2)));
    assertEquals(0, subscription(dead).backlog());
  }

  @Test
  void whatHasNowhereToGoStaysWhereItIs() {
    String topic = topic();
    publish(topic, "a");
    admin()
        .partition(topic, 0)
        .createSubscription("default", dev.arpeggio.client.Position.earliest());
    assertEquals(
        new Redriven(0, 1, 0), admin().partition(topic, 0).redrive("default", Optional.empty()));
    assertEquals(
        1, admin().partition(topic, 0).redrive("default", Optional.of(name("none"))).refused());
    assertEquals("a", next(consumer(topic)).text());
  }
}
