package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Partitions that are added to a topic, with somebody dying at every step. */
class GrowthTest {
  private static final TopicConfig ONE = TopicConfig.defaults();
  private static final TopicConfig THREE = ONE.toBuilder().partitions(3).build();
  private static final PartitionId ADDED = new PartitionId(World.TOPIC, 2);
  private static final ProducerId PRODUCER = new ProducerId(0, 1);

  private final World world = new World();

  private static Recorded<StoredTopic> grow(World world, TopicCatalog catalog) {
    var grown = new Recorded<StoredTopic>();
    catalog.update(World.TOPIC, Optional.empty(), now -> THREE, grown);
    world.loop.run();
    return grown;
  }

  private static StoredTopic grow(World world) {
    return grow(world, world.catalog).value();
  }

  private static TopicConfig stored(World world) {
    var found = new Recorded<TopicConfig>();
    world.catalog.get(World.TOPIC, found);
    world.loop.run();
    return found.value();
  }

  private static Reason reason(@Nullable QueueException why) {
    return Objects.requireNonNull(why).reason();
  }

  private static Batch chosenAmong(int partitions, long sequence, String... texts) {
    return Messages.batch(PRODUCER, sequence, List.of(texts)).chosenAmong(partitions);
  }

  // ---- The one transaction.

  @Test
  void aTopicGetsMorePartitionsThatCanBeUsed() {
    StoredTopic grown = grow(world);
    assertEquals(THREE, grown.config());
    assertEquals(THREE, stored(world));
    Owner owner = world.owner("a", ADDED, THREE).open();
    assertEquals(0, owner.store("first"));
    assertEquals(List.of("first"), owner.contents());
    // A repeat changes nothing.
    assertEquals(grown, grow(world));
    assertTrue(owner.partition.isServed());
  }

  @Test
  void aGrowthThatDiesAnywhereLeavesTheOldOrTheNewAndARepeatLeadsThere() {
    for (int requests = 0; requests < 12; requests++) {
      for (boolean applied : List.of(true, false)) {
        var fresh = new World();
        Owner old = fresh.owner("a").open();
        old.store("one");
        var port = new FakePort(fresh.zooKeeper, fresh.loop, 5).hold();
        var died = new Recorded<StoredTopic>();
        new TopicCatalog(port).update(World.TOPIC, Optional.empty(), now -> THREE, died);
        for (int i = 0; i < requests && port.pendingRequests() > 0; i++) {
          port.answer(1);
          fresh.loop.run();
        }
        port.loseConnection(i -> applied);
        fresh.loop.run();
        String when = "after " + requests + (applied ? ", applied" : "");

        boolean grown = stored(fresh).equals(THREE);
        if (died.isSuccess()) {
          assertTrue(grown, when);
        } else if (grown && died.isDone()) {
          assertEquals(Reason.OUTCOME_UNKNOWN, died.reason(), when);
        }
        // The old partition is its owner's as long as nothing has changed, and no longer.
        var append = old.append("two");
        fresh.loop.run();
        assertEquals(!grown, append.isSuccess(), when);
        assertEquals(grown, fresh.zooKeeper.paths().contains("/topics/orders/2"), when);

        assertEquals(THREE, grow(fresh).config(), when);
        assertEquals(
            grown ? List.of("one") : List.of("one", "two"),
            fresh.owner("b", World.PARTITION, THREE).open().contents(),
            when);
        assertEquals(0, fresh.owner("b", ADDED, THREE).open().store("new"), when);
      }
    }
  }

  /** What is stored in the old partition after its topic got more, by its owner of before. */
  private static boolean storesUnderTheOldNumber(UnaryOperator<List<Op>> plant) {
    var world = new World();
    Owner owner = world.owner("a").open();
    var port =
        new ForwardingPort(new FakePort(world.zooKeeper, world.loop, 5)) {
          @Override
          public void multi(List<Op> operations, Consumer<MultiReply> callback) {
            super.multi(plant.apply(operations), callback);
          }
        };
    grow(world, new TopicCatalog(port)).value();
    var late = owner.append(chosenAmong(1, 1, "late"));
    world.loop.run();
    assertTrue(late.isDone());
    return late.isSuccess();
  }

  @Test
  void nothingIsStoredUnderTheOldNumberOnceThereIsANewOne() {
    assertFalse(storesUnderTheOldNumber(operations -> operations));
    // Planted: the fences of the old partitions stay with their owners.
    assertTrue(
        storesUnderTheOldNumber(
            operations ->
                operations.stream()
                    .filter(op -> !op.path().equals(new PartitionPaths(World.PARTITION).owner()))
                    .toList()));
  }

  @Test
  void theOwnerLearnsWhyItIsOneNoMore() {
    Owner owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    grow(world);
    var late = owner.append("late");
    world.loop.run();
    assertEquals(Reason.PARTITIONS_CHANGED, late.reason());
    assertEquals(Reason.PARTITIONS_CHANGED, reason(owner.whyLost()));
    assertEquals(Reason.PARTITIONS_CHANGED, reason(consumer.sink().whyClosed()));
  }

  @Test
  void anOwnerThatLostItsConnectionMeanwhileDoesNotGoOn() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      Owner owner = fresh.owner("a").open();
      owner.port.hold();
      var append = owner.append(chosenAmong(1, 1, "on its way"));
      fresh.loop.run();
      owner.port.loseConnection(i -> applied);
      grow(fresh);
      owner.port.letGo();
      fresh.after(Duration.ofSeconds(5));

      assertEquals(Reason.PARTITIONS_CHANGED, reason(owner.whyLost()));
      assertEquals(Reason.OUTCOME_UNKNOWN, append.reason());
      // What came before the change is stored, and whoever repeats it learns that.
      Owner next = fresh.owner("b", World.PARTITION, THREE).open();
      var repeat = next.append(chosenAmong(1, 1, "on its way"));
      fresh.loop.run();
      if (applied) {
        assertEquals(OptionalLong.of(0), repeat.value().lastOffset());
      } else {
        assertEquals(Reason.PARTITIONS_CHANGED, repeat.reason());
      }
      assertEquals(applied ? 1 : 0, next.contents().size());
    }
  }

  @Test
  void whoeverAcquiresWhileATopicGrowsIsFencedToo() {
    var port = new FakePort(world.zooKeeper, world.loop, 5).hold();
    var grown = new Recorded<StoredTopic>();
    new TopicCatalog(port).update(World.TOPIC, Optional.empty(), now -> THREE, grown);
    // The configuration and the owner's record are read.
    for (int i = 0; i < 3; i++) {
      port.answer(1);
      world.loop.run();
    }
    Owner owner = world.owner("a").open();
    port.letGo();
    world.loop.run();
    assertEquals(THREE, grown.value().config());
    var late = owner.append("late");
    world.loop.run();
    assertEquals(Reason.PARTITIONS_CHANGED, late.reason());
  }

  @Test
  void anAcquisitionThatTheGrowthOvertakesGoesOn() {
    Owner owner = world.owner("a", World.PARTITION, THREE);
    owner.port.hold();
    var opened = owner.opening();
    world.loop.run();
    // The record is read, and not yet written.
    for (int i = 0; i < 2; i++) {
      owner.port.answer(1);
      world.loop.run();
    }
    world.owner("b").open();
    grow(world);
    owner.port.letGo();
    world.loop.run();
    assertTrue(opened.isSuccess());
    assertEquals(0, owner.store("mine"));
  }

  @Test
  void aTopicThatIsBeingDeletedDoesNotGrow() {
    var client = new FakePort(world.zooKeeper, world.loop, 6).hold();
    var port = new FakePort(world.zooKeeper, world.loop, 5).hold();
    var grown = new Recorded<StoredTopic>();
    new TopicCatalog(port).update(World.TOPIC, Optional.empty(), now -> THREE, grown);
    for (int i = 0; i < 3; i++) {
      port.answer(1);
      world.loop.run();
    }
    new TopicCatalog(client).delete(World.TOPIC, new Recorded<>());
    for (int i = 0; i < 3; i++) {
      client.answer(1);
      world.loop.run();
    }
    port.letGo();
    world.loop.run();
    assertEquals(Reason.TOPIC_NOT_FOUND, grown.reason());
    client.letGo();
    world.loop.run();
    assertEquals(List.of(), world.zooKeeper.names("/topics"));
  }

  @Test
  void aTopicThatHasGrownIsDeletedAsAWhole() {
    grow(world);
    world.owner("a", new PartitionId(World.TOPIC, 1), THREE).open().store("one");
    world.deleteTopic();
    assertEquals(List.of(), world.zooKeeper.names("/topics"));
    world.createTopic();
    assertEquals(List.of("0"), world.zooKeeper.names("/topics/orders"));
  }

  @Test
  void whatKeysCannotSurviveIsRefusedAndChangesNothing() {
    var exclusive =
        new Qos(
            Qos.Ownership.EXCLUSIVE,
            Qos.DEFAULTS.reliability(),
            Qos.DEFAULTS.durability(),
            Qos.DEFAULTS.deadline(),
            Qos.DEFAULTS.lease());
    for (TopicConfig from :
        List.of(
            TopicConfig.builder().partitions(5).build(),
            TopicConfig.builder().keepLastPerKey(1).build(),
            TopicConfig.builder().qos(exclusive).build())) {
      var fresh = new World(from, PartitionOptions.defaults());
      var refused = new Recorded<StoredTopic>();
      fresh.catalog.update(
          World.TOPIC, Optional.empty(), now -> now.toBuilder().partitions(3).build(), refused);
      fresh.loop.run();
      assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
      assertEquals("partitions", refused.failure().details().get("field"));
      assertEquals(from, stored(fresh));
    }
  }

  // ---- Publishers that have not heard of it.

  @Test
  void anOwnerTakesWhatWasChosenAmongAsManyPartitionsAsThereAre() {
    Owner before = world.owner("a").open();
    var first = before.append(chosenAmong(1, 1, "one", "two"));
    world.loop.run();
    assertEquals(OptionalLong.of(1), first.value().lastOffset());
    grow(world);
    Owner owner = world.owner("a", World.PARTITION, THREE).open();

    var repeat = owner.append(chosenAmong(1, 1, "one", "two"));
    var old = owner.append(chosenAmong(1, 3, "three"));
    world.loop.run();
    assertEquals(OptionalLong.of(1), repeat.value().lastOffset());
    assertEquals(Reason.PARTITIONS_CHANGED, old.reason());
    assertEquals("3", old.failure().details().get("partitions"));

    var current = owner.append(chosenAmong(3, 3, "three"));
    var whatever = owner.append("no key");
    var later = owner.append(chosenAmong(4, 4, "from the future"));
    world.loop.run();
    assertTrue(current.isSuccess() && whatever.isSuccess());
    assertEquals(Reason.PARTITIONS_CHANGED, later.reason());
    assertEquals(List.of("one", "two", "three", "no key"), owner.contents());
  }

  // ---- Subscriptions.

  @Test
  void aNewPartitionHasTheSubscriptionsOfTheFirstOneFromItsBeginning() {
    Owner first = world.owner("a").open();
    first.store("old");
    first.consume(new SubscriptionSpec("audit", SubscriptionKind.KEY_SHARED), 1, 0);
    first.consume("default", 2, 1).acknowledge(0, 1);
    world.loop.run();
    grow(world);

    Owner added = world.owner("b", ADDED, THREE).open();
    added.store("one", "two");
    var eager = added.consume("default", 2, 10);
    eager.acknowledge(0, 2);
    world.loop.run();
    assertEquals(0, added.subscription("audit").floor());

    assertEquals(List.of("one", "two"), added.consume("audit", 1, 10).sink().texts());
    var otherKind =
        added.attach(new SubscriptionSpec("audit", SubscriptionKind.EXCLUSIVE), 5, new TestSink());
    assertEquals(Reason.INVALID_ARGUMENT, otherKind.reason());
  }

  @Test
  void aSubscriptionThatIsDeletedBeforeTheNewPartitionIsUsedIsNotThere() {
    Owner first = world.owner("a").open();
    first.consume("gone", 1, 0);
    first.consume("stays", 2, 0);
    grow(world);
    Owner again = world.owner("a", World.PARTITION, THREE).open();
    var deleted = new Recorded<Done>();
    again.partition.administration().deleteSubscription("gone", deleted);
    world.loop.run();
    assertEquals(Done.DONE, deleted.value());

    Owner added = world.owner("b", ADDED, THREE).open();

    assertEquals(
        List.of("stays"),
        added.partition.stats().subscriptions().stream().map(s -> s.name()).toList());
  }

  @Test
  void aSubscriptionThatBeginsAtTheEndBeginsThereInANewPartitionToo() {
    grow(world);
    Owner added = world.owner("b", ADDED, THREE).open();
    added.store("before");
    var created = new Recorded<Boolean>();
    added
        .partition
        .administration()
        .createSubscription(SubscriptionSpec.named("late"), new Position.Latest(), created);
    world.loop.run();
    assertEquals(true, created.value());
    added.store("behind");
    assertEquals(List.of("behind"), added.consume("late", 1, 10).sink().texts());
  }

  @Test
  void anOwnerThatDiesWhileItInheritsLeavesAllOfThatToTheNext() {
    boolean complete = false;
    for (int requests = 1; !complete; requests++) {
      assertNotEquals(40, requests, "the takeover takes more requests than expected");
      for (boolean applied : List.of(true, false)) {
        var fresh = new World();
        Owner first = fresh.owner("a").open();
        first.consume("one", 1, 0);
        first.consume("two", 2, 0);
        grow(fresh);
        Owner dying = fresh.owner("b", ADDED, THREE);
        dying.port.hold();
        var opened = dying.opening();
        fresh.loop.run();
        for (int i = 0; i < requests && dying.port.pendingRequests() > 0; i++) {
          dying.port.answer(1);
          fresh.loop.run();
        }
        complete = opened.isDone();
        dying.port.disconnected(true);
        dying.port.loseConnection(i -> applied);

        Owner next = fresh.owner("c", ADDED, THREE).open();
        assertEquals(
            List.of("one", "two"),
            next.partition.stats().subscriptions().stream().map(s -> s.name()).toList(),
            "after " + requests);
        assertFalse(fresh.zooKeeper.paths().contains("/topics/orders/2/added"));
        next.store("first");
        assertEquals(List.of("first"), next.consume("two", 9, 10).sink().texts());
      }
    }
  }

  @Test
  void aPartitionThatNobodyAddedInheritsNothing() {
    var fresh = new World(THREE, PartitionOptions.defaults());
    fresh.owner("a").open().consume("early", 1, 0);
    Owner other = fresh.owner("a", ADDED, THREE).open();
    assertEquals(List.of(), other.partition.stats().subscriptions());
  }

  @Test
  void theRecordOfAFencedPartitionStillNamesItsOwner() {
    world.owner("a").open();
    grow(world);
    var read = new Recorded<Ownership>();
    Ownership.read(new FakePort(world.zooKeeper, world.loop, 7), World.PARTITION, read);
    world.loop.run();
    assertEquals(Optional.of("a:7000"), read.value().address());
  }
}
