package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a partition does when owners change, connections break and znodes are damaged. */
class FaultTest {
  private static final ProducerId PRODUCER = new ProducerId(3, 4);
  private static final String LARGE = "x".repeat(230_000);

  private final World world = new World();

  /** Sends that many commits of one large message each, and keeps all of them in flight. */
  private static List<Recorded<Appended>> commitsInFlight(Owner owner, int count) {
    owner.port.hold();
    var appends = new ArrayList<Recorded<Appended>>();
    for (int i = 0; i < count; i++) {
      var batch = Messages.batch(PRODUCER, 2L * i, List.of("m" + i, LARGE));
      appends.add(owner.append(batch));
      if (i > 0) {
        // Reaches the size at which a commit is sent although others are in flight.
        appends.add(owner.append(LARGE));
      }
    }
    assertEquals(count, owner.port.pendingRequests());
    return appends;
  }

  private static List<String> small(List<String> texts) {
    return texts.stream().filter(text -> text.length() < 100).toList();
  }

  @Test
  void anOwnerIsFencedAtItsFirstWriteAfterATakeover() {
    var old = world.owner("a").open();
    var consumer = old.consume("default", 1, 10);
    old.store("one");
    var successor = world.owner("b").open();

    var refused = old.append("two");
    world.loop.run();

    assertEquals(Reason.NOT_OWNER, refused.reason());
    assertEquals("b:7000", refused.failure().details().get("owner"));
    assertNotNull(old.whyLost());
    assertNotNull(consumer.sink().whyClosed());
    assertFalse(old.partition.isServed());
    assertEquals(Reason.NOT_OWNER, old.append("three").reason());
    assertEquals(List.of("one"), successor.contents());
  }

  @Test
  void anOwnerThatWritesNothingNoticesThatItIsNotTheOwnerAnyMore() {
    var old = world.owner("a").open();
    var consumer = old.consume("default", 1, 10);
    world.owner("b").open();
    assertNull(old.whyLost());

    world.after(Duration.ofSeconds(21));

    var why = old.whyLost();
    assertNotNull(why);
    assertEquals(Reason.NOT_OWNER, why.reason());
    assertNotNull(consumer.sink().whyClosed());
  }

  @Test
  void commitsInFlightAtATakeoverEitherAreConfirmedOrDoNotExist() {
    for (int taken = 0; taken <= 4; taken++) {
      var fresh = new World();
      var old = fresh.owner("a").open();
      var appends = commitsInFlight(old, 4);
      old.port.answer(taken);
      var successor = fresh.owner("b").open();
      old.port.letGo();
      fresh.loop.run();

      long confirmed = appends.stream().filter(Recorded::isSuccess).count();
      assertEquals(appends.size(), appends.stream().filter(Recorded::isDone).count());
      assertEquals(taken == 0 ? 0 : 2 * taken - 1, confirmed);
      assertEquals(taken, small(successor.contents()).size());
    }
  }

  @Test
  void anOwnerThatDiesInMidPipelineLeavesAPrefix() {
    for (int applied = 0; applied <= 4; applied++) {
      int count = applied;
      var fresh = new World();
      var old = fresh.owner("a").open();
      commitsInFlight(old, 4);
      old.port.loseConnection(i -> i < count);

      var successor = fresh.owner("b").open();

      assertEquals(applied, small(successor.contents()).size());
    }
  }

  @Test
  void whatLiesBehindAHoleIsDiscardedBeforeAnythingIsAppended() {
    var old = world.owner("a").open();
    commitsInFlight(old, 4);
    old.port.loseConnection(i -> i != 1);

    var successor = world.owner("b").open();
    assertEquals(List.of("m0"), small(successor.contents()));
    assertEquals(2, successor.store("after"));

    assertEquals(List.of("m0", "after"), small(world.owner("c").open().contents()));
  }

  @Test
  void aLostConnectionIsRepairedWithoutLosingOrDoublingAnything() {
    // Every combination of what took effect of four commits in flight.
    for (int mask = 0; mask < 16; mask++) {
      int applied = mask;
      var fresh = new World();
      var owner = fresh.owner("a").open();
      var consumer = owner.consume("default", 1, 1_000);
      var appends = commitsInFlight(owner, 4);
      owner.port.loseConnection(i -> (applied >> i & 1) == 1);
      owner.port.letGo();

      fresh.after(Duration.ofSeconds(5));

      assertTrue(appends.stream().allMatch(Recorded::isSuccess), "mask " + mask);
      assertEquals(List.of("m0", "m1", "m2", "m3"), small(owner.contents()), "mask " + mask);
      assertEquals(List.of("m0", "m1", "m2", "m3"), small(consumer.sink().texts()), "mask " + mask);
      long previous = -1;
      for (var append : appends) {
        long last = append.value().lastOffset().orElseThrow();
        assertTrue(last > previous, "mask " + mask);
        previous = last;
      }
      assertEquals(
          List.of("m0", "m1", "m2", "m3"),
          small(fresh.owner("b").open().contents()),
          "mask " + mask);
    }
  }

  @Test
  void aNewSessionGoesOnWhereTheOldOneEnded() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 1_000);
    var appends = commitsInFlight(owner, 3);
    owner.port.expire(i -> i == 0);
    owner.port.letGo();

    world.after(Duration.ofSeconds(5));

    assertTrue(appends.stream().allMatch(Recorded::isSuccess));
    assertNull(owner.whyLost());
    assertNull(consumer.sink().whyClosed());
    assertEquals(List.of("m0", "m1", "m2"), small(consumer.sink().texts()));
  }

  @Test
  void repairingRaisesTheEpoch() {
    var owner = world.owner("a").open();
    Epoch before = owner.partition.stats().epoch();
    owner.port.hold();
    owner.append("one");
    owner.port.loseConnection(i -> false);
    owner.port.letGo();

    world.after(Duration.ofSeconds(1));

    assertTrue(owner.partition.stats().epoch().compareTo(before) > 0);
    assertEquals(List.of("one"), owner.contents());
  }

  @Test
  void nothingIsConfirmedThatWasAnsweredAfterAnEarlierCommitWasLost() {
    var owner = world.owner("a").open();
    owner.store("first");
    var appends = commitsInFlight(owner, 4);
    owner.port.loseOldest(1);
    owner.port.answer(3);
    world.loop.run();

    assertTrue(appends.stream().noneMatch(Recorded::isDone));
    owner.port.letGo();
    world.after(Duration.ofSeconds(2));
    assertTrue(appends.stream().allMatch(Recorded::isSuccess));
    assertEquals(List.of("first", "m0", "m1", "m2", "m3"), small(owner.contents()));
  }

  @Test
  void aCommitThatArrivesAfterTheRepairTakesNoEffect() {
    var owner = world.owner("a").open();
    commitsInFlight(owner, 2);
    List<Runnable> stranded = owner.port.strand();
    owner.port.letGo();
    world.after(Duration.ofSeconds(2));
    assertEquals(List.of("m0", "m1"), small(owner.contents()));
    // Makes room for them: nothing but the fence may be in their way.
    String bucket = world.paths.bucket(0);
    for (String segment : world.zooKeeper.names(bucket)) {
      world.zooKeeper.delete(bucket + "/" + segment, ZooKeeperPort.ANY_VERSION);
    }
    world.zooKeeper.delete(bucket, ZooKeeperPort.ANY_VERSION);
    List<String> before = world.zooKeeper.paths();

    stranded.forEach(Runnable::run);

    assertEquals(before, world.zooKeeper.paths());
  }

  @Test
  void anOwnerThatLostItsConnectionAndItsPartitionSaysWhatItDoesNotKnow() {
    var old = world.owner("a").open();
    old.port.hold();
    var sent = old.append("one");
    var notSent = old.append("two");
    old.port.loseConnection(i -> true);
    var successor = world.owner("b").open();
    old.port.letGo();

    world.after(Duration.ofSeconds(1));

    assertEquals(Reason.OUTCOME_UNKNOWN, sent.reason());
    assertEquals(Reason.NOT_OWNER, notSent.reason());
    assertEquals(List.of("one"), successor.contents());
    assertNotNull(old.whyLost());
  }

  @Test
  void leasesAndAcknowledgementsSurviveALostConnection() {
    var owner = world.owner("a").open();
    owner.store("one", "two");
    var consumer = owner.consume("default", 1, 10);
    owner.port.hold();
    var acknowledged = consumer.acknowledge(0, 1);
    owner.port.loseConnection(i -> false);
    owner.port.letGo();

    world.after(Duration.ofSeconds(5));

    assertTrue(acknowledged.isSuccess());
    assertEquals(List.of("one", "two"), consumer.sink().texts());
    assertEquals(1, owner.subscription("default").leased());
    assertEquals(List.of("two"), world.owner("b").open().consume("default", 1, 10).sink().texts());
  }

  @Test
  void aSubscriptionWhoseCreationGotLostIsCreatedAgain() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      var owner = fresh.owner("a").open();
      owner.store("one");
      owner.port.hold();
      var sink = new TestSink();
      var attached = new Recorded<ConsumerHandle>();
      owner.partition.attach("default", new ConsumerId(0, 1), sink, attached);
      owner.port.loseConnection(i -> applied);
      owner.port.letGo();

      fresh.after(Duration.ofSeconds(5));

      attached.value().credit(10);
      assertEquals(List.of("one"), sink.texts());
      assertEquals(
          List.of("one"), fresh.owner("b").open().consume("default", 1, 10).sink().texts());
    }
  }

  @Test
  void whileZooKeeperIsAwayPublishersWaitAndThenAreServed() {
    var owner = world.owner("a").open();
    owner.port.disconnected(true);
    var first = owner.append("one");
    var second = owner.append("two");
    world.after(Duration.ofSeconds(10));
    assertFalse(first.isDone());
    assertFalse(second.isDone());

    owner.port.disconnected(false);
    world.after(Duration.ofSeconds(2));

    assertTrue(first.isSuccess());
    assertTrue(second.isSuccess());
    assertEquals(List.of("one", "two"), owner.contents());
  }

  @Test
  void atTheDeadlinePublishersAreToldWhatIsKnown() {
    var owner = world.owner("a").open();
    owner.port.disconnected(true);
    var sent = owner.append(Messages.batch(PRODUCER, 0, List.of("one")));
    world.loop.run();
    var notSent = owner.append(Messages.batch(PRODUCER, 1, List.of("two")));

    world.after(Duration.ofSeconds(16));

    assertEquals(Reason.OUTCOME_UNKNOWN, sent.reason());
    assertEquals(Reason.STORE_UNAVAILABLE, notSent.reason());
    assertEquals(0, owner.partition.pendingBytes());
    assertNull(owner.whyLost());
  }

  @Test
  void aBatchThatWasGivenUpIsRecognisedIfItTookEffectAndStoredIfItDidNot() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      var owner = fresh.owner("a").open();
      owner.port.hold();
      var batch = Messages.batch(PRODUCER, 0, List.of("one"));
      var givenUp = owner.append(batch);
      owner.port.loseConnection(i -> applied);
      owner.port.disconnected(true);
      owner.port.letGo();
      fresh.after(Duration.ofSeconds(16));
      assertEquals(Reason.OUTCOME_UNKNOWN, givenUp.reason());

      var repeat = owner.append(batch);
      owner.port.disconnected(false);
      fresh.after(Duration.ofSeconds(2));

      assertEquals(OptionalLong.of(0), repeat.value().lastOffset());
      assertEquals(List.of("one"), owner.contents());
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUpAtTheDeadline() {
    var owner = world.owner("a").open();
    owner.port.hold();
    var append = owner.append("one");

    world.after(Duration.ofSeconds(16));
    assertEquals(Reason.OUTCOME_UNKNOWN, append.reason());

    owner.port.letGo();
    world.after(Duration.ofSeconds(2));
    assertEquals(List.of("one"), owner.contents());
    assertEquals(1, owner.store("two"));
  }

  @Test
  void repeatsAreRecognisedAcrossOwnersAlsoAfterTheirSegmentsWereDeleted() {
    var owner = world.owner("a").open();
    var batch = Messages.batch(PRODUCER, 5, List.of("one", "two"));
    owner.append(batch);
    world.loop.run();

    var successor = world.owner("b").open();
    var repeat = successor.append(batch);
    world.loop.run();
    assertEquals(OptionalLong.of(1), repeat.value().lastOffset());

    var consumer = successor.consume("default", 1, 10);
    consumer.acknowledge(0, 2);
    world.after(Duration.ofSeconds(2));
    assertEquals(2, successor.partition.stats().firstOffset());

    var third = world.owner("c").open();
    var late = third.append(batch);
    var older = third.append(Messages.batch(PRODUCER, 5, List.of("one")));
    world.loop.run();
    assertEquals(OptionalLong.of(1), late.value().lastOffset());
    assertEquals(OptionalLong.empty(), older.value().lastOffset());
    assertEquals(2, third.partition.stats().nextOffset());
  }

  @Test
  void deletingATopicEndsItsOwners() {
    var owner = world.owner("a").open();
    owner.store("one");
    world.deleteTopic();

    var refused = owner.append("two");
    world.loop.run();

    assertEquals(Reason.TOPIC_NOT_FOUND, refused.reason());
    var why = owner.whyLost();
    assertNotNull(why);
    assertEquals(Reason.TOPIC_NOT_FOUND, why.reason());
    assertEquals(List.of(), world.zooKeeper.names("/topics"));
  }

  @Test
  void theOwnerOfADeletedTopicCannotWriteIntoOneOfTheSameName() {
    var old = world.owner("a").open();
    old.store("old");
    world.deleteTopic();
    world.createTopic();
    var owner = world.owner("b").open();
    owner.store("new");
    // The same epoch again: the version alone would not tell the two apart.
    assertEquals(old.partition.stats().epoch(), owner.partition.stats().epoch());

    var refused = old.append("ghost");
    world.loop.run();

    assertFalse(refused.isSuccess());
    assertNotNull(old.whyLost());
    assertEquals(List.of("new"), owner.contents());
  }

  @Test
  void aDamagedSegmentEndsItsPartitionAndNamesThePath() {
    var owner = world.owner("a").open();
    owner.store("one");
    owner.store("two");
    String path = world.segmentAt(1);
    byte[] content = world.zooKeeper.get(path).get().data().clone();
    content[content.length - 1] ^= 1;
    world.zooKeeper.set(path, content, ZooKeeperPort.ANY_VERSION);

    var successor = world.owner("b").open();
    world.loop.run();

    var why = successor.whyLost();
    assertNotNull(why);
    assertEquals(Reason.STORE_CORRUPT, why.reason());
    assertEquals(path, why.details().get("path"));
  }

  @Test
  void aSegmentThatVanishedFromTheMiddleOfTheLogIsNotPassedOver() {
    var owner = world.owner("a").open();
    owner.store("one");
    owner.store("two");
    owner.store("three");
    owner.append("four");
    world.loop.run();
    world.zooKeeper.delete(world.segmentAt(1), ZooKeeperPort.ANY_VERSION);
    owner.port.hold();
    owner.append("five");
    owner.port.loseConnection(i -> true);
    owner.port.letGo();

    world.after(Duration.ofSeconds(2));

    var why = owner.whyLost();
    assertNotNull(why);
    assertEquals(Reason.STORE_CORRUPT, why.reason());
  }

  @Test
  void aCursorThatIsOlderThanTheDeletionsItAllowedIsRaised() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    owner.store("one");
    owner.store("two");
    consumer.acknowledge(0, 1);
    world.after(Duration.ofSeconds(2));
    assertEquals(1, owner.partition.stats().firstOffset());
    byte[] older =
        new Cursor(SubscriptionKind.SHARED, 0, List.of(), List.of(), List.of(), List.of()).encode();
    world.zooKeeper.set(world.paths.subscription("default"), older, ZooKeeperPort.ANY_VERSION);

    var next = world.owner("b").open().consume("default", 1, 10);

    assertEquals(List.of("two"), next.sink().texts());
  }

  @Test
  void anUnreadableNameInTheLogIsReported() {
    world.owner("a").open().store("one");
    world.zooKeeper.create(world.paths.bucket(0) + "/strange", new byte[0], 0);

    var opening = world.owner("b").opening();
    world.loop.run();

    assertEquals(Reason.STORE_CORRUPT, opening.reason());
  }

  @Test
  void openingFailsWithoutATopic() {
    world.deleteTopic();
    var opening = world.owner("a").opening();
    world.loop.run();
    assertEquals(Reason.PARTITION_NOT_FOUND, opening.reason());
  }

  @Test
  void openingGivesUpWhenZooKeeperStaysAway() {
    var owner = world.owner("a");
    owner.port.disconnected(true);
    var opening = owner.opening();

    world.after(Duration.ofSeconds(16));

    assertEquals(Reason.STORE_UNAVAILABLE, opening.reason());
  }

  @Test
  void ofTwoThatTakeOverAtTheSameTimeOneIsTold() {
    var slow = world.owner("a");
    slow.port.hold();
    var slowOpening = slow.opening();
    slow.port.answer(1);
    world.loop.run();
    slow.port.answer(1);
    world.loop.run();
    var fast = world.owner("b").open();
    slow.port.letGo();
    world.loop.run();

    assertEquals(Reason.NOT_OWNER, slowOpening.reason());
    assertEquals("b:7000", slowOpening.failure().details().get("owner"));
    assertEquals(0, fast.store("one"));
  }

  @Test
  void whoIsOvertakenWhileItReadsTheLogFindsTheNewOwnerAndNoDamage() {
    var first = world.owner("a").open();
    var consumer = first.consume("default", 1, 10);
    List.of("one", "two", "three").forEach(first::store);
    consumer.acknowledge(0, 1);
    world.after(Duration.ofSeconds(2));
    assertEquals(1, first.partition.stats().firstOffset());

    var slow = world.owner("b");
    slow.port.hold();
    var slowOpening = slow.opening();
    // Up to the table that says where the log starts, and how far it was confirmed.
    for (int answers = 0; answers < 5; answers++) {
      slow.port.answer(1);
      world.loop.run();
    }
    var fast = world.owner("c").open();
    fast.consume("default", 1, 10).acknowledge(1, 2);
    world.after(Duration.ofSeconds(2));
    assertEquals(List.of(), world.segments());
    slow.port.letGo();
    world.after(Duration.ofSeconds(1));

    assertEquals(Reason.NOT_OWNER, slowOpening.reason());
    assertEquals(3, fast.store("four"));
  }

  @Test
  void aTakeoverWhoseOwnWriteGotLostRecognisesItself() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new World();
      var owner = fresh.owner("a");
      owner.port.hold();
      var opening = owner.opening();
      owner.port.answer(1);
      fresh.loop.run();
      owner.port.answer(1);
      fresh.loop.run();
      owner.port.loseConnection(i -> applied);
      owner.port.letGo();

      fresh.after(Duration.ofSeconds(1));

      assertEquals(new Epoch(1), opening.value());
      assertEquals(0, owner.store("one"));
    }
  }
}
