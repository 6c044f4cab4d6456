package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Durability;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.Peeked;
import dev.arpeggio.client.PeekedMessage.State;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.SubscriptionStart;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.TopicSettings;
import dev.arpeggio.client.WhenFull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Topics and subscriptions, as administrators see them. */
public abstract class AdministrationContract extends Contract {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void topicsAreCreatedListedDescribedAndDeleted() {
    String topic = topic(TopicOptions.defaults().withPartitions(3));
    refused(Reason.TOPIC_ALREADY_EXISTS, () -> admin().createTopic(topic, TopicOptions.defaults()));
    assertTrue(admin().listTopics().stream().anyMatch(info -> info.topic().equals(topic)));
    publish(topic, "a");
    TopicDescription description = admin().describeTopic(topic);
    assertEquals(3, description.partitions().size());
    assertEquals(
        1,
        description.partitions().stream().mapToLong(p -> p.nextOffset() - p.firstOffset()).sum());

    admin().deleteTopic(topic);

    assertFalse(admin().listTopics().stream().anyMatch(info -> info.topic().equals(topic)));
    refused(Reason.TOPIC_NOT_FOUND, () -> admin().describeTopic(topic));
    refused(Reason.TOPIC_NOT_FOUND, () -> admin().deleteTopic(topic));
    refused(Reason.INVALID_NAME, () -> admin().createTopic("no/name", TopicOptions.defaults()));
  }

  @Test
  void aTopicIsAsItsOptionsSayAndHasDefaultsOtherwise() {
    assertEquals(
        new TopicSettings(
            1,
            262_144,
            new TopicSettings.Limits(1L << 30, OptionalLong.empty(), WhenFull.REFUSE),
            new TopicSettings.Retention(Duration.ZERO, OptionalLong.empty(), 0),
            new TopicSettings.Expiry(Duration.ZERO, Optional.empty()),
            new TopicSettings.Redelivery(
                Duration.ofSeconds(30), 0, Optional.empty(), Duration.ZERO, Duration.ofMinutes(1)),
            9,
            false,
            new TopicSettings.Qos(
                Ownership.SHARED,
                Reliability.RELIABLE,
                Durability.PERSISTENT,
                Optional.empty(),
                Duration.ofSeconds(10)),
            new TopicSettings.Subscriptions(SubscriptionKind.SHARED, SubscriptionStart.EARLIEST)),
        admin().createTopic(name("plain"), TopicOptions.defaults()).settings());
    TopicOptions all =
        TopicOptions.defaults()
            .withPartitions(2)
            .withMaxMessageBytes(1_000)
            .withMaxPartitionBytes(1 << 20)
            .withMaxPartitionMessages(100)
            .withWhenFull(WhenFull.DROP_OLDEST)
            .withRetention(HOUR)
            .withRetentionBytes(1 << 10)
            .withKeepLastPerKey(3)
            .withExpiry(HOUR)
            .withExpiredMovedTo("late")
            .withLease(Duration.ofSeconds(1))
            .withMaxDeliveries(4)
            .withDeadLetters("graves")
            .withBackoff(Duration.ofSeconds(2))
            .withLongestBackoff(Duration.ofSeconds(9))
            .withHighestPriority(99)
            .withCompression(true)
            .withSubscriptionKind(SubscriptionKind.FAILOVER)
            .withSubscriptionStart(SubscriptionStart.LATEST);
    TopicSettings settings =
        new TopicSettings(
            2,
            1_000,
            new TopicSettings.Limits(1 << 20, OptionalLong.of(100), WhenFull.DROP_OLDEST),
            new TopicSettings.Retention(HOUR, OptionalLong.of(1 << 10), 3),
            new TopicSettings.Expiry(HOUR, Optional.of("late")),
            new TopicSettings.Redelivery(
                Duration.ofSeconds(1),
                4,
                Optional.of("graves"),
                Duration.ofSeconds(2),
                Duration.ofSeconds(9)),
            99,
            true,
            new TopicSettings.Qos(
                Ownership.SHARED,
                Reliability.RELIABLE,
                Durability.PERSISTENT,
                Optional.empty(),
                Duration.ofSeconds(10)),
            new TopicSettings.Subscriptions(SubscriptionKind.FAILOVER, SubscriptionStart.LATEST));
    assertEquals(settings, admin().createTopic(name("full"), all).settings());
    assertEquals(settings, admin().describeTopic(name("full")).settings());
  }

  @Test
  void whatATopicCannotBeIsRefusedByTheNameOfTheField() {
    List<Function<TopicOptions, TopicOptions>> wrong =
        List.of(
            options -> options.withPartitions(0),
            options -> options.withPartitions(1_025),
            options -> options.withMaxMessageBytes(300_000),
            options -> options.withKeepLastPerKey(1_001),
            options -> options.withLease(Duration.ofMillis(9)),
            options -> options.withLease(Duration.ofDays(2)),
            options -> options.withDeadLetters(name("t")),
            options -> options.withExpiredMovedTo("no/name"),
            options -> options.withHighestPriority(1_000));
    List<String> fields =
        List.of(
            "partitions",
            "partitions",
            "max_message_bytes",
            "keep_last_per_key",
            "lease_ms",
            "lease_ms",
            "dead_letters",
            "move_expired_to",
            "highest_priority");
    for (int i = 0; i < wrong.size(); i++) {
      TopicOptions options = wrong.get(i).apply(TopicOptions.defaults());
      refusedField(fields.get(i), () -> admin().createTopic(name("t"), options));
    }
    refused(Reason.TOPIC_NOT_FOUND, () -> admin().describeTopic(name("t")));
  }

  @Test
  void anUpdateChangesWhatItNamesAndNothingElse() {
    String topic = topic(TopicOptions.defaults().withLease(HOUR).withMaxDeliveries(3));
    String version = admin().describeTopic(topic).version();
    TopicOptions changes = TopicOptions.defaults().withMaxDeliveries(5);
    var updated = admin().updateTopic(topic, changes, version);
    assertEquals(5, updated.settings().redelivery().maxDeliveries());
    assertEquals(HOUR, updated.settings().redelivery().lease());
    assertEquals(updated.settings(), admin().describeTopic(topic).settings());

    refused(
        Reason.TOPIC_CHANGED,
        () -> admin().updateTopic(topic, TopicOptions.defaults().withMaxDeliveries(6), version));
    // A repeat has no effect, and is no conflict.
    assertEquals(updated.version(), admin().updateTopic(topic, changes, version).version());
    refusedField(
        "partitions", () -> admin().updateTopic(topic, TopicOptions.defaults().withPartitions(0)));
    assertEquals(5, admin().describeTopic(topic).settings().redelivery().maxDeliveries());
  }

  @Test
  void messagesAreLookedAtWithoutBeingTouched() {
    String topic = topic();
    publish(topic, "a", "b", "c", "d");
    Consumer consumer = consumer(topic, ConsumerOptions.defaults().withCredit(3));
    List<ReceivedMessage> held = receive(consumer, 3);
    consumer.acknowledge(held.get(0));
    consumer.flushAcknowledgements(PATIENCE);
    consumer.retry(held.get(1), HOUR);
    await("the message waits", () -> subscription(topic).waiting() == 1);
    await("the last is delivered", () -> subscription(topic).leased() == 2);

    Peeked peeked = admin().partition(topic, 0).peek("default", Position.earliest(), 10);
    assertEquals(List.of("b", "c", "d"), peekedTexts(peeked));
    assertEquals(
        List.of(State.WAITING, State.LEASED, State.LEASED),
        peeked.messages().stream().map(message -> message.state()).toList());
    assertEquals(4, peeked.nextOffset());
    Peeked two = admin().partition(topic, 0).peek("default", Position.offset(2), 1);
    assertEquals(List.of("c"), peekedTexts(two));
    assertEquals(3, two.nextOffset());
    assertEquals(
        State.RETAINED,
        admin().partition(topic, 0).peekLog(Position.offset(3), 1).messages().get(0).state());
    refusedField(
        "subscription", () -> admin().partition(topic, 0).peek("none", Position.earliest(), 10));
  }

  private static List<String> peekedTexts(Peeked peeked) {
    return peeked.messages().stream().map(message -> message.message().text()).toList();
  }

  @Test
  void aSubscriptionIsMovedBackAndForth() {
    String topic = topic(TopicOptions.defaults().withRetention(HOUR));
    publish(topic, "a", "b", "c");
    Consumer consumer = consumer(topic);
    List<ReceivedMessage> received = consume(consumer, 3);

    admin().partition(topic, 0).seek("default", Position.offset(1));
    assertEquals(List.of("b", "c"), texts(consume(consumer, 2)));
    admin().partition(topic, 0).seek("default", Position.earliest());
    assertEquals(List.of("a", "b", "c"), texts(consume(consumer, 3)));
    Position published = Position.time(received.get(0).publishTime());
    admin().partition(topic, 0).seek("default", published);
    assertEquals("a", next(consumer).text());
    admin().partition(topic, 0).seek("default", Position.latest());
    publish(topic, "d");
    assertEquals("d", next(consumer).text());

    refusedField("offset", () -> admin().partition(topic, 0).seek("default", Position.offset(100)));
    refusedField("subscription", () -> admin().partition(topic, 0).seek("none", Position.latest()));
  }

  @Test
  void aPurgeAcknowledgesEverything() {
    String topic = topic();
    publish(topic, "a", "b");
    var partition = admin().partition(topic, 0);
    partition.createSubscription("default", Position.earliest());
    partition.createSubscription("other", Position.earliest());
    partition.purge("default");
    assertEquals(0, subscription(topic).backlog());
    publish(topic, "c");
    assertEquals("c", next(consumer(topic)).text());

    partition.purge();
    assertEquals(
        List.of(0L, 0L),
        partition(topic, 0).subscriptions().stream().map(s -> s.backlog()).toList());
    refusedField("subscription", () -> partition.purge("none"));
  }

  @Test
  void theLastMessagesOfEachKeyAreKeptThoughAcknowledged() {
    String topic = topic(TopicOptions.defaults().withKeepLastPerKey(1));
    List<Message> messages = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (String key : List.of("a", "b")) {
        messages.add(Message.of(key + round).withKey(key));
      }
    }
    publish(topic, messages);
    admin().partition(topic, 0).createSubscription("default", Position.earliest());
    admin().partition(topic, 0).purge();

    ConsumerOptions late = ConsumerOptions.defaults().withSubscription("late");
    List<String> seen = new ArrayList<>();
    Consumer consumer = consumer(topic, late);
    while (seen.isEmpty() || !seen.get(seen.size() - 1).equals("b2")) {
      seen.add(next(consumer).text());
    }
    assertTrue(seen.contains("a2"), seen.toString());
  }

  @Test
  void whatAllHaveAcknowledgedIsDeletedUnlessItIsRetained() {
    for (Duration retention : List.of(Duration.ZERO, HOUR)) {
      String topic =
          admin()
              .createTopic(
                  name("t" + retention.toHours()), TopicOptions.defaults().withRetention(retention))
              .topic();
      publish(topic, "a", "b");
      consume(consumer(topic), 2);
      if (retention.isZero()) {
        await("both are deleted", () -> partition(topic, 0).firstOffset() == 2);
      } else {
        assertEquals(
            List.of("a", "b"),
            texts(
                receive(consumer(topic, ConsumerOptions.defaults().withSubscription("late")), 2)));
      }
    }
  }

  @Test
  void whatDoesNotExistIsNotAdministered() {
    String topic = topic();
    refused(
        Reason.TOPIC_NOT_FOUND,
        () -> admin().partition(name("none"), 0).peekLog(Position.earliest(), 1));
    refused(
        Reason.PARTITION_NOT_FOUND,
        () -> admin().partition(topic, 1).peekLog(Position.earliest(), 1));
    refusedField("subscription", () -> admin().partition(topic, 0).deleteSubscription("none"));
    refused(
        Reason.INVALID_NAME,
        () -> admin().partition(topic, 0).createSubscription("no/name", Position.latest()));
  }

  @Test
  void theRingIsWhole() {
    assertTrue(admin().describeRing().ideal());
    assertFalse(admin().describeNode().draining());
  }
}
