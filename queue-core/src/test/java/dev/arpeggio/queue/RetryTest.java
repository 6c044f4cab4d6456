package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a consumer keeps a message, and when it comes back. */
class RetryTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static World world(TopicConfig.Builder config) {
    return new World(config.lease(LEASE).build(), PartitionOptions.defaults());
  }

  private static List<OffsetRange> range(long first, long count) {
    return List.of(new OffsetRange(first, count));
  }

  @Test
  void aLeaseLastsAsLongAsTheTopicSays() {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);

    world.after(Duration.ofSeconds(9));
    assertEquals(List.of("one"), consumer.sink().texts());
    world.after(Duration.ofSeconds(2));
    assertEquals(List.of("one", "one"), consumer.sink().texts());
  }

  @Test
  void aLeaseThatIsExtendedLastsLongerForThatMessageOnly() throws Exception {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    var consumer = owner.consume("default", 1, 10);
    world.after(Duration.ofSeconds(5));

    assertEquals(1, consumer.handle().extend(range(1, 1), Duration.ofSeconds(20)));
    assertEquals(0, consumer.handle().extend(range(7, 1), Duration.ofSeconds(20)));
    consumer.sink().clear();

    world.after(Duration.ofSeconds(6));
    assertEquals(List.of("one", "three"), consumer.sink().texts());
    world.after(Duration.ofSeconds(15));
    assertTrue(consumer.sink().texts().contains("two"));
  }

  @Test
  void anExtensionNeverShortensALease() throws Exception {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);

    assertEquals(1, consumer.handle().extend(range(0, 1), Duration.ofMillis(1)));
    world.after(Duration.ofSeconds(9));

    assertEquals(1, consumer.sink().texts().size());
  }

  @Test
  void onlyTheHolderExtendsALease() throws Exception {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one");
    var holder = owner.consume("default", 1, 10);
    var other = owner.consume("default", 2, 10);

    assertEquals(0, other.handle().extend(range(0, 1), Duration.ofSeconds(60)));
    holder.handle().close();

    assertEquals(0, holder.handle().extend(range(0, 1), Duration.ofSeconds(60)));
  }

  @Test
  void timesOutOfRangeAreRefusedAndChangeNothing() {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one");
    var handle = owner.consume("default", 1, 10).handle();

    for (Duration bad : List.of(Duration.ZERO, Duration.ofDays(2), Duration.ofSeconds(-1))) {
      var refused = assertThrows(QueueException.class, () -> handle.extend(range(0, 1), bad));
      assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
    }
    assertThrows(
        QueueException.class, () -> handle.retryLater(range(0, 1), Duration.ofSeconds(-1)));
    assertEquals(1, owner.subscription("default").leased());
  }

  @Test
  void whatIsToBeTriedLaterWaitsAndBlocksNobody() throws Exception {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one", "two");
    var consumer = owner.consume("default", 1, 1);
    consumer.handle().retryLater(range(0, 1), Duration.ofSeconds(30));
    consumer.handle().credit(10);
    assertEquals(List.of("one", "two"), consumer.sink().texts());
    assertEquals(1, owner.subscription("default").waiting());
    consumer.acknowledge(1, 1);

    world.after(Duration.ofSeconds(29));
    assertEquals(2, consumer.sink().texts().size());
    world.after(Duration.ofSeconds(2));

    assertEquals(List.of("one", "two", "one"), consumer.sink().texts());
    assertEquals(1, consumer.sink().deliveries().get(2).redeliveries());
    assertEquals(1, owner.subscription("default").redelivered());
  }

  @Test
  void theWaitSurvivesTheOwner() throws Exception {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one", "two");
    var consumer = owner.consume("default", 1, 2);
    consumer.handle().retryLater(range(0, 1), Duration.ofSeconds(30));
    world.after(Duration.ofSeconds(1));

    var next = world.owner("b").open().consume("default", 1, 10);
    assertEquals(List.of("two"), next.sink().texts());
    next.acknowledge(1, 1);
    world.after(Duration.ofSeconds(30));

    assertEquals(List.of("two", "one"), next.sink().texts());
  }

  @Test
  void theBackoffDoublesWithEachFailureUpToItsEnd() {
    var world = world(TopicConfig.builder().backoff(Duration.ofSeconds(1), Duration.ofSeconds(3)));
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 1_000);
    for (int seconds : List.of(1, 2, 3, 3)) {
      int before = consumer.sink().deliveries().size();
      consumer.handle().retryLater(range(0, 1));
      world.after(Duration.ofSeconds(seconds).minusMillis(1));
      assertEquals(before, consumer.sink().deliveries().size());
      world.after(Duration.ofMillis(2));
      assertEquals(before + 1, consumer.sink().deliveries().size());
    }
  }

  @Test
  void whatIsGivenBackUnseenDoesNotCountAsDelivered() {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 1);

    consumer.handle().release(range(0, 1));
    consumer.handle().credit(1);
    assertEquals(0, consumer.sink().deliveries().get(1).redeliveries());
    consumer.handle().retryLater(range(0, 1));
    consumer.handle().credit(1);
    assertEquals(1, consumer.sink().deliveries().get(2).redeliveries());
    consumer.handle().release(range(0, 1));
    consumer.handle().credit(1);
    assertEquals(1, consumer.sink().deliveries().get(3).redeliveries());
    consumer.handle().close();

    assertEquals(2, owner.consume("default", 2, 1).sink().deliveries().get(0).redeliveries());
  }

  @Test
  void aDeliveryThatIsUnderWayCountsForTheNextOwnerWhereItsNumberDecides() {
    for (int limit : List.of(0, 5)) {
      var world = world(TopicConfig.builder().maxDeliveries(limit));
      var owner = world.owner("a").open();
      owner.store("one");
      owner.consume("default", 1, 1);
      world.after(Duration.ofMillis(100));

      var next = world.owner("b").open().consume("default", 1, 1);

      assertEquals(limit == 0 ? 0 : 1, next.sink().deliveries().get(0).redeliveries());
    }
  }
}
