package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Topics and members, with the client dying at every step. */
class CatalogTest {
  private final World world = new World();

  private <T> Recorded<T> run(Consumer<Completion<T>> operation) {
    var recorded = new Recorded<T>();
    operation.accept(recorded);
    world.loop.run();
    return recorded;
  }

  @Test
  void aTopicIsFoundAndListedUntilItIsDeleted() {
    var other = new TopicName("invoices");
    var config = TopicConfig.builder().partitions(3).maxMessageBytes(1_000).maxBytes(5_000).build();
    assertEquals(
        config, this.<TopicConfig>run(done -> world.catalog.create(other, config, done)).value());

    assertEquals(config, this.<TopicConfig>run(done -> world.catalog.get(other, done)).value());
    assertEquals(
        List.of(other, World.TOPIC),
        List.copyOf(
            this.<SortedMap<TopicName, TopicConfig>>run(world.catalog::list).value().keySet()));
    assertEquals(
        Reason.TOPIC_ALREADY_EXISTS,
        this.<TopicConfig>run(done -> world.catalog.create(other, config, done)).reason());
    world.deleteTopic();
    assertEquals(
        List.of(other),
        List.copyOf(
            this.<SortedMap<TopicName, TopicConfig>>run(world.catalog::list).value().keySet()));
  }

  @Test
  void anUpdateChangesWhatItNamesAndNothingElse() {
    var before = this.<StoredTopic>run(done -> world.catalog.describe(World.TOPIC, done)).value();
    var after =
        update(Optional.of(before.version()), now -> now.toBuilder().maxDeliveries(5).build())
            .value();
    assertEquals(before.config().toBuilder().maxDeliveries(5).build(), after.config());
    assertNotEquals(before.version(), after.version());
    assertEquals(
        after, this.<StoredTopic>run(done -> world.catalog.describe(World.TOPIC, done)).value());
  }

  @Test
  void anUpdateOfAnotherVersionIsRefusedUnlessItChangesNothing() {
    var first = this.<StoredTopic>run(done -> world.catalog.describe(World.TOPIC, done)).value();
    var expected = Optional.of(first.version());
    var second = update(expected, now -> now.toBuilder().maxDeliveries(5).build()).value();

    var lost = update(expected, now -> now.toBuilder().maxDeliveries(6).build());

    assertEquals(Reason.TOPIC_CHANGED, lost.reason());
    assertEquals(second.version(), lost.failure().details().get("version"));
    assertEquals(second, update(expected, now -> now.toBuilder().maxDeliveries(5).build()).value());
  }

  @Test
  void aTopicThatWasCreatedAnewIsOfNoEarlierVersion() {
    var first = this.<StoredTopic>run(done -> world.catalog.describe(World.TOPIC, done)).value();
    world.deleteTopic();
    world.createTopic();
    assertEquals(
        Reason.TOPIC_CHANGED,
        update(Optional.of(first.version()), now -> now.toBuilder().maxDeliveries(5).build())
            .reason());
  }

  @Test
  void anUpdateThatWasOvertakenIsMadeOnTopOfTheOther() {
    var port = new FakePort(world.zooKeeper, world.loop, 5).hold();
    var slow = new Recorded<StoredTopic>();
    new TopicCatalog(port)
        .update(
            World.TOPIC, Optional.empty(), now -> now.toBuilder().keepLastPerKey(3).build(), slow);
    port.answer(1);
    world.loop.run();
    port.answer(1);
    world.loop.run();
    update(Optional.empty(), now -> now.toBuilder().maxDeliveries(5).build()).value();
    port.letGo();
    world.loop.run();
    assertEquals(
        TopicConfig.builder().keepLastPerKey(3).maxDeliveries(5).build(), slow.value().config());
  }

  @Test
  void whatMayNotChangeIsRefusedByName() {
    for (UnaryOperator<TopicConfig.Builder> toItself :
        List.<UnaryOperator<TopicConfig.Builder>>of(
            builder -> builder.deadLetters(World.TOPIC),
            builder -> builder.moveExpiredTo(World.TOPIC))) {
      assertEquals(
          Reason.INVALID_ARGUMENT,
          update(Optional.empty(), now -> toItself.apply(now.toBuilder()).build()).reason());
      var created = new Recorded<TopicConfig>();
      world.catalog.create(World.TOPIC, toItself.apply(TopicConfig.builder()).build(), created);
      assertEquals(Reason.INVALID_ARGUMENT, created.reason());
    }
    assertEquals(
        TopicConfig.defaults(),
        this.<TopicConfig>run(done -> world.catalog.get(World.TOPIC, done)).value());
  }

  @Test
  void anUpdateThatDiesAnywhereLeavesTheOldOrTheNew() {
    var old = TopicConfig.defaults();
    var changed = old.toBuilder().maxDeliveries(5).build();
    for (int requests = 0; requests < 4; requests++) {
      for (boolean applied : List.of(true, false)) {
        var fresh = new World();
        var port = new FakePort(fresh.zooKeeper, fresh.loop, 5).hold();
        var updated = new Recorded<StoredTopic>();
        new TopicCatalog(port).update(World.TOPIC, Optional.empty(), now -> changed, updated);
        for (int i = 0; i < requests && port.pendingRequests() > 0; i++) {
          port.answer(1);
          fresh.loop.run();
        }
        port.loseConnection(i -> applied);
        fresh.loop.run();

        var found = new Recorded<TopicConfig>();
        fresh.catalog.get(World.TOPIC, found);
        fresh.loop.run();
        assertTrue(List.of(old, changed).contains(found.value()), "after " + requests);
        if (updated.isSuccess()) {
          assertEquals(changed, found.value());
        }
        // A repeat leads there, whatever became of the first.
        var repeated = new Recorded<StoredTopic>();
        fresh.catalog.update(World.TOPIC, Optional.empty(), now -> changed, repeated);
        fresh.loop.run();
        assertEquals(changed, repeated.value().config());
      }
    }
  }

  @Test
  void aTopicThatIsBeingDeletedIsNotUpdated() {
    var client = new FakePort(world.zooKeeper, world.loop, 5).hold();
    new TopicCatalog(client).delete(World.TOPIC, new Recorded<>());
    for (int i = 0; i < 3; i++) {
      client.answer(1);
      world.loop.run();
    }
    assertEquals(
        Reason.TOPIC_NOT_FOUND,
        update(Optional.empty(), now -> now.toBuilder().maxDeliveries(5).build()).reason());
  }

  private Recorded<StoredTopic> update(Optional<String> expected, TopicChange change) {
    return run(done -> world.catalog.update(World.TOPIC, expected, change, done));
  }

  @Test
  void aDeletionThatDiesAnywhereIsInvisibleAndFinishedByTheNextCreation() {
    for (int requests = 2; requests < 60; requests++) {
      var fresh = new World();
      var owner = fresh.owner("a").open();
      owner.store("one");
      owner.consume("default", 1, 1);
      var client = new FakePort(fresh.zooKeeper, fresh.loop, 5).hold();
      var deleted = new Recorded<Done>();
      new TopicCatalog(client).delete(World.TOPIC, deleted);
      for (int i = 0; i < requests && client.pendingRequests() > 0; i++) {
        client.answer(1);
        fresh.loop.run();
      }
      boolean complete = deleted.isDone();
      client.loseConnection(i -> false);
      fresh.loop.run();

      var found = new Recorded<TopicConfig>();
      fresh.catalog.get(World.TOPIC, found);
      fresh.loop.run();
      if (requests > 2) {
        assertEquals(Reason.TOPIC_NOT_FOUND, found.reason(), "after " + requests);
        fresh.createTopic();
        var append = owner.append("ghost");
        fresh.loop.run();
        assertTrue(append.isDone() && !append.isSuccess(), "after " + requests);
        assertEquals(List.of(), fresh.owner("b").open().contents());
      }
      if (complete) {
        return;
      }
    }
    throw new AssertionError("the deletion takes more requests than expected");
  }

  @Test
  void aStoreOfAnotherLayoutIsRefused() {
    var port = new FakePort(world.zooKeeper, world.loop, 5);
    assertEquals(Done.DONE, this.<Done>run(done -> Store.open(port, done)).value());
    world.zooKeeper.set(
        "/format",
        "arpeggio-store 1\nlayout=3\n".getBytes(StandardCharsets.UTF_8),
        ZooKeeperPort.ANY_VERSION);

    var refused = this.<Done>run(done -> Store.open(port, done));

    assertEquals(Reason.STORE_CORRUPT, refused.reason());
    assertEquals("/format", refused.failure().details().get("path"));
  }

  @Test
  void aMemberIsEnteredAgainInEverySession() {
    var port = new FakePort(world.zooKeeper, world.loop, 50);
    var members = new Members(port, world.loop);
    var node = new NodeIdentity("a", "a:1");
    assertEquals(Done.DONE, this.<Done>run(done -> members.register(node, done)).value());

    port.expire(i -> false);
    world.after(Duration.ofSeconds(2));

    assertEquals(List.of(node), this.<List<NodeIdentity>>run(members::list).value());
    members.close();
    port.expire(i -> false);
    world.after(Duration.ofSeconds(2));
    assertEquals(List.of(), this.<List<NodeIdentity>>run(members::list).value());
  }

  @Test
  void aMemberWhoseEntryGotLostOnTheWayIsEnteredInTheEnd() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      var port = new FakePort(fresh.zooKeeper, fresh.loop, 50).hold();
      var members = new Members(port, fresh.loop);
      var entered = new Recorded<Done>();
      members.register(new NodeIdentity("a", "a:1"), entered);
      port.loseConnection(i -> applied);
      port.letGo();
      fresh.after(Duration.ofSeconds(2));
      assertEquals(Done.DONE, entered.value());
      assertEquals(List.of("a"), fresh.zooKeeper.names("/members"));
    }
  }

  @Test
  void namesAndConfigurationsAreChecked() {
    for (String bad : List.of("", ".", "..", "a/b", "a b", "ä", "x".repeat(250))) {
      assertEquals(
          Reason.INVALID_NAME,
          assertThrows(QueueException.class, () -> TopicName.parse(bad)).reason());
    }
    assertEquals("A.b_c-9", new TopicName("A.b_c-9").value());
    var owner = world.owner("a").open();
    var refused = new Recorded<ConsumerHandle>();
    owner.partition.attach("no/name", new ConsumerId(0, 1), new TestSink(), refused);
    assertEquals(Reason.INVALID_NAME, refused.reason());
    assertEquals(
        Reason.INVALID_ARGUMENT,
        assertThrows(QueueException.class, () -> TopicConfig.builder().partitions(0).buildChecked())
            .reason());
    assertEquals(
        "max_message_bytes",
        assertThrows(
                QueueException.class,
                () -> TopicConfig.builder().maxMessageBytes(300_000).buildChecked())
            .details()
            .get("field"));
  }
}
