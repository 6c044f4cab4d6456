package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a partition does for its publishers and consumers while nothing goes wrong. */
class PartitionTest {
  private static final ProducerId PRODUCER = new ProducerId(1, 2);

  private final World world = new World();

  private static PartitionOptions options(long maxPendingBytes, long memoryBytes) {
    var defaults = PartitionOptions.defaults();
    return new PartitionOptions(
        maxPendingBytes,
        memoryBytes,
        defaults.maxCommitsInFlight(),
        defaults.commitTargetBytes(),
        defaults.writeDeadline(),
        defaults.trimDelay(),
        defaults.ownershipCheckInterval(),
        defaults.releaseTimeout(),
        defaults.subscriptionExpiry());
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void deliversWhatWasPublishedInOrderWithConsecutiveOffsets() {
    var owner = world.owner("a").open();
    assertEquals(1, owner.store("one", "two"));
    assertEquals(2, owner.store("three"));

    var consumer = owner.consume("default", 1, 10);

    assertEquals(List.of("one", "two", "three"), consumer.sink().texts());
    assertEquals(List.of(0L, 1L, 2L), consumer.sink().offsets());
  }

  @Test
  void confirmsNothingBeforeZooKeeperDid() {
    var owner = world.owner("a").open();
    owner.port.hold();

    var appended = owner.append("one");
    world.loop.run();
    assertFalse(appended.isDone());

    owner.port.letGo();
    world.loop.run();
    assertEquals(OptionalLong.of(0), appended.value().lastOffset());
  }

  @Test
  void deliversNothingThatIsNotCommitted() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    owner.port.hold();

    owner.append("one");
    world.loop.run();
    assertEquals(List.of(), consumer.sink().texts());

    owner.port.letGo();
    world.loop.run();
    assertEquals(List.of("one"), consumer.sink().texts());
  }

  @Test
  void groupsWhatArrivesWhileACommitIsInFlight() {
    var owner = world.owner("a").open();
    owner.port.hold();
    int before = owner.port.multis();
    var appends = IntStream.range(0, 100).mapToObj(i -> owner.append("m" + i)).toList();
    world.loop.run();

    owner.port.letGo();
    world.loop.run();

    assertTrue(appends.stream().allMatch(Recorded::isSuccess));
    assertEquals(2, owner.port.multis() - before);
    assertEquals(numbered("m", 100), owner.contents());
  }

  @Test
  void keepsSeveralLargeCommitsInFlightAtOnce() {
    var owner = world.owner("a").open();
    owner.port.hold();
    String large = "x".repeat(200_000);
    for (int i = 0; i < 6; i++) {
      owner.append(large);
    }

    assertTrue(owner.port.pendingRequests() >= 3);
    owner.port.letGo();
    world.loop.run();
    assertEquals(6, owner.partition.stats().nextOffset());
  }

  @Test
  void everySubscriptionGetsEveryMessage() {
    var owner = world.owner("a").open();
    owner.store("one", "two");

    assertEquals(List.of("one", "two"), owner.consume("billing", 1, 10).sink().texts());
    assertEquals(List.of("one", "two"), owner.consume("shipping", 1, 10).sink().texts());
  }

  @Test
  void deliversNoMoreThanTheCreditAllows() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    var consumer = owner.consume("default", 1, 2);
    assertEquals(List.of("one", "two"), consumer.sink().texts());

    consumer.handle().credit(5);

    assertEquals(List.of("one", "two", "three"), consumer.sink().texts());
  }

  @Test
  void waitsForASinkThatIsNotReady() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 0);
    consumer.sink().setReady(false);
    consumer.handle().credit(10);
    owner.store("one");
    assertEquals(List.of(), consumer.sink().texts());

    consumer.sink().setReady(true);
    consumer.handle().resume();

    assertEquals(List.of("one"), consumer.sink().texts());
  }

  @Test
  void consumersOfASubscriptionShareItsMessages() {
    var owner = world.owner("a").open();
    var first = owner.consume("default", 1, 2);
    var second = owner.consume("default", 2, 2);

    owner.store("one", "two", "three", "four", "five");

    assertEquals(2, first.sink().texts().size());
    assertEquals(2, second.sink().texts().size());
    assertEquals(
        List.of("four", "one", "three", "two"),
        Stream.concat(first.sink().texts().stream(), second.sink().texts().stream())
            .sorted()
            .toList());
  }

  @Test
  void aMessageThatWasDeliveredButNotAcknowledgedComesBackAfterItsLease() {
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);
    assertEquals(0, consumer.sink().deliveries().get(0).redeliveries());

    world.after(Duration.ofSeconds(29));
    assertEquals(1, consumer.sink().deliveries().size());
    world.after(Duration.ofSeconds(2));

    assertEquals(List.of("one", "one"), consumer.sink().texts());
    assertEquals(1, consumer.sink().deliveries().get(1).redeliveries());
  }

  @Test
  void anAcknowledgedMessageDoesNotComeBack() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    var consumer = owner.consume("default", 1, 10);
    var acknowledged = consumer.acknowledge(1, 1);
    world.loop.run();
    assertTrue(acknowledged.isSuccess());
    consumer.sink().clear();

    world.after(Duration.ofSeconds(31));

    assertEquals(List.of("one", "three"), consumer.sink().texts());
  }

  @Test
  void anAcknowledgementIsConfirmedOnlyWhenItIsStored() {
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);
    owner.port.hold();

    var acknowledged = consumer.acknowledge(0, 1);
    var again = consumer.acknowledge(0, 1);
    world.loop.run();
    assertFalse(acknowledged.isDone());
    assertFalse(again.isDone());

    owner.port.letGo();
    world.loop.run();
    assertTrue(acknowledged.isSuccess());
    assertTrue(again.isSuccess());
    assertTrue(consumer.acknowledge(0, 1).isSuccess());
  }

  @Test
  void acknowledgingWhatIsNotWrittenIsRefused() {
    var owner = world.owner("a").open();
    owner.store("one");
    var consumer = owner.consume("default", 1, 10);

    assertEquals(Reason.INVALID_ARGUMENT, consumer.acknowledge(0, 2).reason());
    var unknown = owner.acknowledge("unknown", 0, 1);
    world.loop.run();
    assertEquals(Reason.INVALID_ARGUMENT, unknown.reason());
  }

  @Test
  void closingAConsumerReturnsItsMessagesAtOnce() {
    var owner = world.owner("a").open();
    owner.store("one", "two");
    var first = owner.consume("default", 1, 10);
    var second = owner.consume("default", 2, 10);
    assertEquals(List.of(), second.sink().texts());

    first.handle().close();

    assertEquals(List.of("one", "two"), second.sink().texts());
    assertEquals(1, second.sink().deliveries().get(0).redeliveries());
    assertNull(first.sink().whyClosed());
  }

  @Test
  void releasingReturnsOnlyWhatTheConsumerHolds() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three");
    var first = owner.consume("default", 1, 2);
    var second = owner.consume("default", 2, 1);
    assertEquals(List.of("three"), second.sink().texts());

    first.handle().release(List.of(new OffsetRange(1, 2)));
    second.handle().credit(5);

    assertEquals(List.of("three", "two"), second.sink().texts());
  }

  @Test
  void aConsumerThatAttachesAgainReplacesItself() {
    var owner = world.owner("a").open();
    owner.store("one");
    var first = owner.consume("default", 1, 10);

    var second = owner.consume("default", 1, 10);

    var why = first.sink().whyClosed();
    assertNotNull(why);
    assertEquals(Reason.SUBSCRIPTION_BUSY, why.reason());
    assertEquals(List.of("one"), second.sink().texts());
    first.handle().close();
    assertEquals(1, owner.subscription("default").consumers());
  }

  @Test
  void aDetachedConsumerKeepsItsLeases() {
    var owner = world.owner("a").open();
    owner.store("one");
    var call = owner.consume("default", 1, 10);
    call.handle().detach();
    var other = owner.consume("default", 2, 10);
    assertEquals(List.of(), other.sink().texts());

    var acknowledged = owner.acknowledge("default", 0, 1);
    world.after(Duration.ofSeconds(60));

    assertTrue(acknowledged.isSuccess());
    assertEquals(List.of(), other.sink().texts());
  }

  @Test
  void deletesSegmentsThatEverySubscriptionAcknowledged() {
    var owner = world.owner("a").open();
    var billing = owner.consume("billing", 1, 10);
    var shipping = owner.consume("shipping", 1, 10);
    owner.store("one");
    owner.store("two");
    billing.acknowledge(0, 2);
    shipping.acknowledge(0, 1);

    world.after(Duration.ofSeconds(2));

    assertEquals(1, owner.partition.stats().firstOffset());
    assertEquals(1, world.zooKeeper.names(world.paths.bucket(0)).size());
    shipping.acknowledge(1, 1);
    world.after(Duration.ofSeconds(2));
    assertEquals(2, owner.partition.stats().firstOffset());
    assertEquals(0, owner.partition.stats().retainedBytes());
  }

  @Test
  void offsetsGoOnAfterEverythingWasDeletedAndAnotherNodeTookOver() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    owner.store("one", "two");
    consumer.acknowledge(0, 2);
    world.after(Duration.ofSeconds(2));

    var successor = world.owner("b").open();

    assertEquals(2, successor.partition.stats().firstOffset());
    assertEquals(2, successor.store("three"));
  }

  @Test
  void putsAtMostAThousandSegmentsIntoABucketAndDeletesEmptyOnes() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 1_000_000);
    for (int i = 0; i < 2_500; i++) {
      owner.store("m" + i);
    }
    List<String> buckets = world.zooKeeper.names(world.paths.log());
    assertEquals(3, buckets.size());
    assertTrue(
        buckets.stream()
            .allMatch(b -> world.zooKeeper.names(world.paths.log() + "/" + b).size() <= 1_000));

    consumer.acknowledge(0, 2_200);
    world.after(Duration.ofSeconds(2));

    assertEquals(2_200, owner.partition.stats().firstOffset());
    assertEquals(1, world.zooKeeper.names(world.paths.log()).size());
    var successor = world.owner("b").open();
    assertEquals(
        300, successor.partition.stats().nextOffset() - successor.partition.stats().firstOffset());
    assertEquals("m2200", successor.contents().get(0));
  }

  @Test
  void aRepeatIsConfirmedAgainAndNotStoredAgain() {
    var owner = world.owner("a").open();
    var batch = Messages.batch(PRODUCER, 7, List.of("one", "two"));
    var first = owner.append(batch);
    world.loop.run();
    assertEquals(OptionalLong.of(1), first.value().lastOffset());

    var repeat = owner.append(batch);
    world.loop.run();

    assertEquals(OptionalLong.of(1), repeat.value().lastOffset());
    assertEquals(List.of("one", "two"), owner.contents());
  }

  @Test
  void aRepeatOfABatchInFlightWaitsForIt() {
    var owner = world.owner("a").open();
    owner.port.hold();
    var first = owner.append(Messages.batch(PRODUCER, 0, List.of("one")));
    var repeat = owner.append(Messages.batch(PRODUCER, 0, List.of("one")));
    world.loop.run();
    assertFalse(repeat.isDone());

    owner.port.letGo();
    world.loop.run();

    assertEquals(first.value(), repeat.value());
    assertEquals(List.of("one"), owner.contents());
  }

  @Test
  void sequencesMayHaveGapsButMustNotOverlap() {
    var owner = world.owner("a").open();
    owner.append(Messages.batch(PRODUCER, 0, List.of("one", "two")));
    var afterGap = owner.append(Messages.batch(PRODUCER, 10, List.of("three")));
    world.loop.run();
    assertTrue(afterGap.isSuccess());

    var overlapping = owner.append(Messages.batch(PRODUCER, 10, List.of("three", "four")));

    assertEquals(Reason.OUT_OF_SEQUENCE, overlapping.reason());
    assertEquals("11", overlapping.failure().details().get("expected"));
  }

  @Test
  void refusesWhatIsTooLargeOrMalformed() {
    var owner =
        new World(TopicConfig.builder().maxMessageBytes(10).build(), PartitionOptions.defaults())
            .owner("a")
            .open();

    assertEquals(Reason.MESSAGE_TOO_LARGE, owner.append("12345678901").reason());
    assertEquals(
        Reason.INVALID_ARGUMENT,
        owner.append(new Batch(null, 0, 2, Messages.frames(List.of("one")))).reason());
    assertEquals(
        Reason.INVALID_ARGUMENT,
        owner.append(new Batch(null, 0, 1, Messages.frames(List.of("one", "two")))).reason());
    var tooMuch = IntStream.range(0, 50_000).mapToObj(i -> "1234567890").toList();
    assertEquals(Reason.INVALID_ARGUMENT, owner.append(Messages.batch(null, 0, tooMuch)).reason());
    assertEquals(0, owner.partition.pendingBytes());
  }

  @Test
  void refusesMoreThanMayWait() {
    var small = new World(TopicConfig.defaults(), options(1_000, 1 << 20));
    var owner = small.owner("a").open();
    owner.port.hold();
    var fits = owner.append("x".repeat(500));

    var refused = owner.append("x".repeat(500));

    assertEquals(Reason.LIMIT_EXCEEDED, refused.reason());
    assertTrue(Long.parseLong(refused.failure().details().get("retry_after_ms")) > 0);
    owner.port.letGo();
    small.loop.run();
    assertTrue(fits.isSuccess());
    assertEquals(0, owner.partition.pendingBytes());
  }

  @Test
  void refusesMoreThanThePartitionMayRetainUntilThereIsRoomAgain() {
    var small =
        new World(TopicConfig.builder().maxBytes(2_000).build(), PartitionOptions.defaults());
    var owner = small.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    owner.store("x".repeat(900));
    owner.store("y".repeat(900));

    assertEquals(Reason.LIMIT_EXCEEDED, owner.append("z".repeat(900)).reason());

    consumer.acknowledge(0, 1);
    small.after(Duration.ofSeconds(2));
    assertEquals(2, owner.store("z".repeat(900)));
  }

  @Test
  void readsBackWhatTheMemoryDoesNotHold() {
    var tight = new World(TopicConfig.defaults(), options(16 << 20, 10_000));
    var owner = tight.owner("a").open();
    var expected = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      expected.add(i + "x".repeat(1_000));
      owner.store(expected.get(i));
    }
    assertTrue(owner.partition.stats().residentBytes() <= 10_000);

    assertEquals(expected, owner.contents());
    assertTrue(owner.partition.stats().residentBytes() <= 10_000);
  }

  @Test
  void keepsDeliveringTheTailFromMemoryWhileAnotherSubscriptionIsFarBehind() {
    var tight = new World(TopicConfig.defaults(), options(16 << 20, 20_000));
    var owner = tight.owner("a").open();
    owner.consume("behind", 1, 0);
    for (int i = 0; i < 100; i++) {
      owner.store("x".repeat(1_000));
    }
    var head = owner.consume("head", 1, 1_000);
    assertEquals(100, head.sink().texts().size());

    owner.port.hold();
    owner.append("new");
    owner.port.answer(1);
    tight.loop.run();

    assertEquals("new", head.sink().texts().get(100));
  }

  @Test
  void aSubscriptionSurvivesItsOwner() {
    var owner = world.owner("a").open();
    owner.store("one", "two", "three", "four");
    var consumer = owner.consume("default", 1, 10);
    consumer.acknowledge(0, 1);
    consumer.acknowledge(2, 1);
    world.loop.run();

    var successor = world.owner("b").open();
    var next = successor.consume("default", 1, 10);

    assertEquals(List.of("two", "four"), next.sink().texts());
    assertEquals(1, successor.subscription("default").floor());
  }

  @Test
  void theNumberOfDeliveriesSurvivesTheOwner() {
    var owner = world.owner("a").open();
    owner.store("poison", "fine");
    var consumer = owner.consume("default", 1, 1);
    consumer.handle().retryLater(List.of(new OffsetRange(0, 1)));
    world.loop.run();

    var successor = world.owner("b").open();
    var next = successor.consume("default", 1, 10);

    assertEquals(List.of("poison", "fine"), next.sink().texts());
    assertEquals(1, next.sink().deliveries().get(0).redeliveries());
    assertEquals(0, next.sink().deliveries().get(1).redeliveries());
  }

  @Test
  void releaseCommitsWhatWasAcceptedAndRefusesTheRest() {
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 10);
    owner.port.hold();
    var accepted = owner.append("one");
    var alsoAccepted = owner.append("two");
    var released = new boolean[1];

    owner.partition.release(() -> released[0] = true);
    var refused = owner.append("three");
    assertFalse(released[0]);
    owner.port.letGo();
    world.loop.run();

    assertTrue(released[0]);
    assertTrue(accepted.isSuccess());
    assertTrue(alsoAccepted.isSuccess());
    assertEquals(Reason.NOT_OWNER, refused.reason());
    var why = consumer.sink().whyClosed();
    assertNotNull(why);
    assertEquals(Reason.NOT_OWNER, why.reason());
    assertNull(owner.whyLost());
    assertEquals(List.of("one", "two"), world.owner("b").open().contents());
    assertFalse(world.loop.hasTimers() && owner.partition.isServed());
  }

  @Test
  void releaseEndsInTimeEvenIfZooKeeperDoesNotAnswer() {
    var owner = world.owner("a").open();
    owner.port.hold();
    var accepted = owner.append("one");
    var released = new boolean[1];
    owner.partition.release(() -> released[0] = true);

    world.after(Duration.ofSeconds(11));

    assertTrue(released[0]);
    assertTrue(accepted.isDone());
    assertFalse(accepted.isSuccess());
  }
}
