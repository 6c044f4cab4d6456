package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.PeekedMessages.State;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an administrator does with subscriptions while they are used. */
class AdministrationTest {
  private final World world =
      new World(
          TopicConfig.builder().retain(Duration.ofHours(1)).build(), PartitionOptions.defaults());

  private Recorded<Done> seek(Owner owner, Position to) {
    var moved = new Recorded<Done>();
    owner.partition.administration().seek("default", to, moved);
    world.loop.run();
    return moved;
  }

  private Recorded<Boolean> create(Owner owner, String name, Position from) {
    var created = new Recorded<Boolean>();
    owner
        .partition
        .administration()
        .createSubscription(SubscriptionSpec.named(name), from, created);
    world.loop.run();
    return created;
  }

  private Recorded<Done> delete(Owner owner, String name) {
    var deleted = new Recorded<Done>();
    owner.partition.administration().deleteSubscription(name, deleted);
    world.loop.run();
    return deleted;
  }

  private PeekedMessages peek(Owner owner, String subscription, Position from, int most) {
    var peeked = new Recorded<PeekedMessages>();
    owner.partition.administration().peek(subscription, from, most, peeked);
    world.loop.run();
    return peeked.value();
  }

  private static List<String> texts(PeekedMessages peeked) {
    var texts = new ArrayList<String>();
    peeked.runs().forEach(run -> texts.addAll(Messages.texts(run.messages())));
    return texts;
  }

  private Instant now() {
    return Instant.ofEpochMilli(world.loop.currentTimeMillis());
  }

  @Test
  void peekingShowsWhereMessagesAreAndLeavesThemThere() throws Exception {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    owner.store("four");
    var consumer = owner.consume("default", 1, 3);
    consumer.acknowledge(0, 1);
    consumer.handle().retryLater(List.of(new OffsetRange(2, 1)), Duration.ofSeconds(60));
    world.loop.run();

    var peeked = peek(owner, "default", new Position.Earliest(), 10);

    assertEquals(List.of("two", "three", "four"), texts(peeked));
    assertEquals(
        List.of(State.LEASED, State.WAITING, State.READY),
        peeked.runs().stream().map(PeekedMessages.Run::state).toList());
    assertEquals(
        List.of(0, 1, 0), peeked.runs().stream().map(PeekedMessages.Run::failures).toList());
    assertEquals(4, peeked.nextOffset());
    assertEquals(1, owner.subscription("default").leased());
    assertEquals(1, owner.subscription("default").waiting());
  }

  @Test
  void peekingGoesOnWhereItEnded() {
    var owner = world.owner("a").open();
    for (int i = 0; i < 25; i++) {
      owner.store("m" + i);
    }
    owner.consume("default", 1, 0);
    var seen = new ArrayList<String>();
    long at = 0;
    while (at < 25) {
      var peeked = peek(owner, "default", new Position.Offset(at), 10);
      seen.addAll(texts(peeked));
      assertTrue(peeked.nextOffset() > at);
      at = peeked.nextOffset();
    }
    assertEquals(25, seen.size());
    assertEquals("m24", seen.get(24));
  }

  @Test
  void theLogShowsAlsoWhatIsAcknowledged() {
    var owner = world.owner("a").open();
    owner.store("one", "two");
    owner.consume("default", 1, 10).acknowledge(0, 2);
    world.loop.run();
    var peeked = new Recorded<PeekedMessages>();

    owner.partition.administration().peekLog(new Position.Earliest(), 10, peeked);

    assertEquals(List.of("one", "two"), texts(peeked.value()));
    assertEquals(State.RETAINED, peeked.value().runs().get(0).state());
    assertEquals(List.of(), texts(peek(owner, "default", new Position.Earliest(), 10)));
  }

  @Test
  void aLookIsAnsweredAlsoWhenThePartitionIsLostMeanwhile() {
    var options = PartitionOptions.defaults();
    var tight =
        new World(
            TopicConfig.defaults(),
            new PartitionOptions(
                options.maxPendingBytes(),
                0,
                options.maxCommitsInFlight(),
                options.commitTargetBytes(),
                options.writeDeadline(),
                options.trimDelay(),
                options.ownershipCheckInterval(),
                options.releaseTimeout(),
                options.subscriptionExpiry()));
    var owner = tight.owner("a").open();
    owner.store("one");
    owner.port.hold();
    var peeked = new Recorded<PeekedMessages>();
    owner.partition.administration().peekLog(new Position.Earliest(), 10, peeked);
    assertFalse(peeked.isDone());

    owner.partition.release(() -> {});
    tight.after(Duration.ofSeconds(20));

    assertEquals(Reason.NOT_OWNER, peeked.reason());
    var late = new Recorded<PeekedMessages>();
    owner.partition.administration().peekLog(new Position.Earliest(), 10, late);
    assertEquals(Reason.NOT_OWNER, late.reason());
  }

  @Test
  void aSubscriptionIsMovedBackOverWhatItAcknowledged() {
    var owner = world.owner("a").open();
    owner.store("one");
    owner.store("two");
    var before = owner.consume("default", 1, 10);
    before.acknowledge(0, 2);
    world.after(Duration.ofSeconds(2));

    assertTrue(seek(owner, new Position.Earliest()).isSuccess());

    var why = before.sink().whyClosed();
    assertNotNull(why);
    assertEquals(Reason.SUBSCRIPTION_MOVED, why.reason());
    var after = owner.consume("default", 1, 10);
    assertEquals(List.of("one", "two"), after.sink().texts());
    assertEquals(2, owner.subscription("default").backlog());
  }

  @Test
  void acknowledgementsOfWhatWasDeliveredBeforeTheMoveDoNotCount() {
    var owner = world.owner("a").open();
    owner.store("one", "two");
    var before = owner.consume("default", 1, 10);
    seek(owner, new Position.Earliest());

    var late = before.acknowledge(0, 2);
    world.loop.run();

    assertEquals(Reason.SUBSCRIPTION_MOVED, late.reason());
    assertEquals(2, owner.subscription("default").backlog());
    assertEquals(List.of("one", "two"), owner.consume("default", 2, 10).sink().texts());
  }

  @Test
  void aSubscriptionIsMovedForward() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    owner.consume("default", 1, 1);

    seek(owner, new Position.Offset(2));

    assertEquals(List.of("three"), owner.consume("default", 1, 10).sink().texts());
    seek(owner, new Position.Latest());
    assertEquals(0, owner.subscription("default").backlog());
    owner.store("four");
    assertEquals(List.of("four"), owner.consume("default", 1, 10).sink().texts());
  }

  @Test
  void aMoveSurvivesTheOwnerAndALostConnection() {
    for (boolean applied : List.of(true, false)) {
      var fresh =
          new World(
              TopicConfig.builder().retain(Duration.ofHours(1)).build(),
              PartitionOptions.defaults());
      var owner = fresh.owner("a").open();
      owner.store("one", "two");
      owner.consume("default", 1, 10).acknowledge(0, 2);
      fresh.loop.run();
      owner.port.hold();
      var moved = new Recorded<Done>();
      owner.partition.administration().seek("default", new Position.Offset(1), moved);
      owner.port.loseConnection(i -> applied);
      assertFalse(moved.isDone());
      owner.port.letGo();
      fresh.after(Duration.ofSeconds(5));
      assertTrue(moved.isSuccess());

      var next = fresh.owner("b").open().consume("default", 1, 10);

      assertEquals(List.of("two"), next.sink().texts());
    }
  }

  @Test
  void aTimeFindsTheFirstMessageThatWasStoredThenOrLater() {
    var owner = world.owner("a").open();
    var times = new ArrayList<Instant>();
    for (int i = 0; i < 9; i++) {
      times.add(now());
      owner.store("m" + i);
      world.after(Duration.ofSeconds(1));
    }
    owner.consume("default", 1, 0);
    for (int i = 0; i < 9; i++) {
      seek(owner, new Position.Time(times.get(i)));
      assertEquals(9 - i, owner.subscription("default").backlog());
      seek(owner, new Position.Time(times.get(i).plusMillis(500)));
      assertEquals(8 - i, owner.subscription("default").backlog());
    }
    seek(owner, new Position.Time(Instant.EPOCH));
    assertEquals(9, owner.subscription("default").backlog());
    // A new owner has read nothing yet.
    var successor = world.owner("b").open();
    seek(successor, new Position.Time(times.get(4)));
    assertEquals(5, successor.subscription("default").backlog());
  }

  @Test
  void aPlaceBeyondTheLogIsRefusedAndChangesNothing() {
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);

    assertEquals(Reason.INVALID_ARGUMENT, seek(owner, new Position.Offset(2)).reason());
    assertEquals(Reason.INVALID_ARGUMENT, seek(owner, new Position.Offset(-1)).reason());
    assertEquals(1, owner.subscription("default").leased());
    consumer.acknowledge(0, 1);
    assertEquals(0, owner.subscription("default").backlog());
  }

  @Test
  void purgingAcknowledgesEverythingAndKeepsTheConsumers() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    var consumer = owner.consume("default", 1, 2);
    owner.consume("other", 1, 0);
    var purged = new Recorded<Done>();

    owner.partition.administration().purge("default", purged);
    world.loop.run();

    assertTrue(purged.isSuccess());
    assertEquals(0, owner.subscription("default").backlog());
    assertEquals(3, owner.subscription("other").backlog());
    assertTrue(consumer.acknowledge(0, 2).isSuccess());
    owner.store("four");
    consumer.handle().credit(5);
    assertEquals(List.of("one", "two", "four"), consumer.sink().texts());

    var all = new Recorded<Done>();
    owner.partition.administration().purge(all);
    world.loop.run();
    assertTrue(all.isSuccess());
    assertEquals(0, owner.subscription("other").backlog());
  }

  @Test
  void aSubscriptionIsCreatedWhereItIsWanted() {
    var owner = world.owner("a").open();
    owner.store("one");
    Instant between = now().plusMillis(500);
    world.after(Duration.ofSeconds(1));
    owner.store("two", "three");

    assertTrue(create(owner, "earliest", new Position.Earliest()).value());
    assertTrue(create(owner, "latest", new Position.Latest()).value());
    assertTrue(create(owner, "offset", new Position.Offset(2)).value());
    assertTrue(create(owner, "time", new Position.Time(between)).value());

    assertFalse(create(owner, "latest", new Position.Earliest()).value());
    assertEquals(Reason.INVALID_NAME, create(owner, "no/name", new Position.Latest()).reason());
    var successor = world.owner("b").open();
    assertEquals(3, successor.subscription("earliest").backlog());
    assertEquals(0, successor.subscription("latest").backlog());
    assertEquals(1, successor.subscription("offset").backlog());
    assertEquals(2, successor.subscription("time").backlog());
    assertEquals(
        List.of("earliest", "latest", "offset", "time"),
        successor.partition.administration().listSubscriptions().stream()
            .map(PartitionStats.SubscriptionStats::name)
            .toList());
  }

  @Test
  void deletingASubscriptionFencesItsConsumersAndFreesTheLog() {
    var fresh = new World();
    var owner = fresh.owner("a").open();
    owner.consume("other", 1, 10);
    var consumer = owner.consume("default", 1, 0);
    owner.store("one");
    owner.acknowledge("other", 0, 1);
    fresh.after(Duration.ofSeconds(3));
    assertEquals(0, owner.partition.stats().firstOffset());
    owner.port.hold();
    var deleted = new Recorded<Done>();
    owner.partition.administration().deleteSubscription("default", deleted);
    fresh.loop.run();

    assertFalse(deleted.isDone());
    var why = consumer.sink().whyClosed();
    assertNotNull(why);
    assertEquals(Reason.SUBSCRIPTION_BUSY, why.reason());
    assertEquals(Reason.SUBSCRIPTION_BUSY, consumer.acknowledge(0, 1).reason());
    assertEquals(Reason.SUBSCRIPTION_BUSY, owner.acknowledge("default", 0, 1).reason());

    owner.port.letGo();
    fresh.after(Duration.ofSeconds(3));
    assertTrue(deleted.isSuccess());
    assertEquals(1, owner.partition.stats().firstOffset());
    assertEquals(List.of("other"), fresh.zooKeeper.names(fresh.paths.subscriptions()));
    var late = owner.acknowledge("default", 0, 1);
    fresh.loop.run();
    assertEquals(Reason.INVALID_ARGUMENT, late.reason());
    owner.store("two");
    assertEquals(List.of("two"), owner.consume("default", 1, 10).sink().texts());
  }

  @Test
  void aDeletionSurvivesALostConnection() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      var owner = fresh.owner("a").open();
      owner.consume("default", 1, 0);
      owner.port.hold();
      var deleted = new Recorded<Done>();
      owner.partition.administration().deleteSubscription("default", deleted);
      owner.port.loseConnection(i -> applied);
      owner.port.letGo();
      fresh.after(Duration.ofSeconds(5));

      assertTrue(deleted.isSuccess());
      assertEquals(List.of(), fresh.zooKeeper.names(fresh.paths.subscriptions()));
      assertTrue(owner.partition.isServed());
      owner.consume("default", 1, 0);
      assertEquals(List.of("default"), fresh.zooKeeper.names(fresh.paths.subscriptions()));
    }
  }

  @Test
  void aSubscriptionThatWasNeverStoredCanBeDeleted() {
    var owner = world.owner("a").open();
    owner.port.hold();
    owner.partition.attach(
        "default", new ConsumerId(0, 1), new TestSink(), new Recorded<ConsumerHandle>());
    // The two questions whether the partition is still its own.
    for (int question = 0; question < 2; question++) {
      owner.port.answer(1);
      world.loop.run();
    }
    var deleted = new Recorded<Done>();
    owner.partition.administration().deleteSubscription("default", deleted);
    owner.port.letGo();
    world.after(Duration.ofSeconds(2));

    assertTrue(deleted.isSuccess());
    assertEquals(List.of(), world.zooKeeper.names(world.paths.subscriptions()));
  }

  @Test
  void deletingWhatIsNotThereIsRefused() {
    var owner = world.owner("a").open();
    assertEquals(Reason.INVALID_ARGUMENT, delete(owner, "unknown").reason());
  }

  @Test
  void aSubscriptionThatNobodyUsesExpires() {
    var options = PartitionOptions.defaults();
    var expiring =
        new World(
            TopicConfig.defaults(),
            new PartitionOptions(
                options.maxPendingBytes(),
                options.memoryBytes(),
                options.maxCommitsInFlight(),
                options.commitTargetBytes(),
                options.writeDeadline(),
                options.trimDelay(),
                options.ownershipCheckInterval(),
                options.releaseTimeout(),
                Duration.ofHours(1)));
    var owner = expiring.owner("a").open();
    owner.consume("used", 1, 10);
    var gone = owner.consume("abandoned", 1, 10);
    expiring.after(Duration.ofHours(2));
    assertEquals(2, owner.partition.stats().subscriptions().size());

    gone.handle().close();
    expiring.after(Duration.ofMinutes(59));
    assertEquals(2, owner.partition.stats().subscriptions().size());
    expiring.after(Duration.ofMinutes(2));

    assertEquals(
        List.of("used"),
        owner.partition.administration().listSubscriptions().stream()
            .map(PartitionStats.SubscriptionStats::name)
            .toList());
    assertEquals(List.of("used"), expiring.zooKeeper.names(expiring.paths.subscriptions()));
  }

  @Test
  void theAgeOfTheHeadIsKnown() {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    assertTrue(owner.subscription("default").headAge().isEmpty());
    owner.store("one");
    world.after(Duration.ofSeconds(40));
    owner.store("two");

    assertEquals(Duration.ofSeconds(40), owner.subscription("default").headAge().orElseThrow());
    owner.acknowledge("default", 0, 1);
    assertEquals(Duration.ZERO, owner.subscription("default").headAge().orElseThrow());
  }
}
