package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.TopicConfig.WhenFull;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is kept of a log, for how long, and what happens when it is full. */
class RetentionTest {
  private static final ProducerId PRODUCER = new ProducerId(1, 2);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int SEGMENT_BYTES = SegmentCodec.HEADER_BYTES + 104;
  private static final String HUNDRED = "x".repeat(100);

  private static World world(TopicConfig.Builder config) {
    return new World(config.build(), PartitionOptions.defaults());
  }

  private static void storeOneByOne(Owner owner, int count) {
    for (int i = 0; i < count; i++) {
      owner.store(HUNDRED);
    }
  }

  private static long firstOffset(Owner owner) {
    return owner.partition.stats().firstOffset();
  }

  // ---- By age and by size.

  @Test
  void acknowledgedMessagesAreKeptUntilTheyAreOldEnough() {
    var world = world(TopicConfig.builder().retain(HOUR));
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 100);
    storeOneByOne(owner, 3);
    world.after(HOUR.dividedBy(2));
    storeOneByOne(owner, 2);
    consumer.acknowledge(0, 5);

    world.after(Duration.ofMinutes(20));
    assertEquals(0, firstOffset(owner));
    assertEquals(5, owner.consume("late", 1, 100).sink().texts().size());
    owner.acknowledge("late", 0, 5);

    world.after(Duration.ofMinutes(11));
    assertEquals(3, firstOffset(owner));
    world.after(HOUR);
    assertEquals(5, firstOffset(owner));
    assertEquals(List.of(), world.segments());
    assertEquals(0, owner.dropped);
  }

  @Test
  void anUnacknowledgedMessageIsKeptHoweverOldItIs() {
    var world = world(TopicConfig.builder().retain(HOUR));
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 100);
    storeOneByOne(owner, 2);
    consumer.acknowledge(1, 1);

    world.after(HOUR.multipliedBy(30));

    assertEquals(List.of(HUNDRED), world.owner("b").open().consume("default", 1, 9).sink().texts());
  }

  @Test
  void aTakeoverLearnsTheAgesFromTheSegments() {
    var world = world(TopicConfig.builder().retain(HOUR));
    var owner = world.owner("a").open();
    owner.consume("default", 1, 100);
    storeOneByOne(owner, 3);
    owner.acknowledge("default", 0, 3);
    world.after(HOUR.dividedBy(2));

    var successor = world.owner("b").open();
    world.after(Duration.ofMinutes(29));
    assertEquals(0, firstOffset(successor));
    world.after(Duration.ofMinutes(2));

    assertEquals(3, firstOffset(successor));
  }

  @Test
  void stepsOfTheWallClockChangeNothing() {
    for (int hours : new int[] {-1_000, 1_000}) {
      var world = world(TopicConfig.builder().retain(HOUR));
      var owner = world.owner("a").open();
      owner.consume("default", 1, 100);
      storeOneByOne(owner, 3);
      owner.acknowledge("default", 0, 3);
      world.loop.stepClock(HOUR.multipliedBy(hours));

      world.after(Duration.ofMinutes(59));
      assertEquals(0, firstOffset(owner));
      world.after(Duration.ofMinutes(2));

      assertEquals(3, firstOffset(owner));
    }
  }

  @Test
  void whatAnOwnerWithAClockThatWasAheadWroteGoesOneRetentionLater() {
    var world = world(TopicConfig.builder().retain(HOUR));
    world.loop.stepClock(HOUR.multipliedBy(1_000));
    var owner = world.owner("a").open();
    owner.consume("default", 1, 100);
    storeOneByOne(owner, 3);
    owner.acknowledge("default", 0, 3);
    world.loop.run();
    world.loop.stepClock(HOUR.multipliedBy(-1_000));

    var successor = world.owner("b").open();
    world.after(HOUR.plusMinutes(1));

    assertEquals(3, firstOffset(successor));
  }

  @Test
  void acknowledgedMessagesAreKeptAsFarAsTheyFit() {
    var world = world(TopicConfig.builder().retain(HOUR).retainBytes(3L * SEGMENT_BYTES));
    var owner = world.owner("a").open();
    owner.consume("default", 1, 100);
    storeOneByOne(owner, 8);
    owner.acknowledge("default", 0, 6);
    world.after(Duration.ofSeconds(5));

    // Six are acknowledged, of which three fit.
    assertEquals(3, firstOffset(owner));
    owner.acknowledge("default", 6, 2);
    world.after(Duration.ofSeconds(5));
    assertEquals(5, firstOffset(owner));
    world.after(HOUR);
    assertEquals(8, firstOffset(owner));
  }

  // ---- Limits.

  @Test
  void thePartitionsBytesAndMessagesAreLimited() {
    for (var config :
        List.of(
            TopicConfig.builder().maxMessages(3),
            TopicConfig.builder().maxBytes(3L * SEGMENT_BYTES + 101))) {
      var world = world(config);
      var owner = world.owner("a").open();
      owner.consume("default", 1, 100);
      storeOneByOne(owner, 3);

      var refused = owner.append(HUNDRED);
      assertEquals(Reason.LIMIT_EXCEEDED, refused.reason());
      assertEquals("1000", refused.failure().details().get("retry_after_ms"));

      // Known at once after a takeover, without having read the segments.
      var successor = world.owner("b").open();
      assertEquals(Reason.LIMIT_EXCEEDED, successor.append(HUNDRED).reason());
      successor.acknowledge("default", 0, 1);
      world.loop.run();
      successor.append(HUNDRED);
      world.loop.run();
      assertEquals(3, successor.store(HUNDRED));
    }
  }

  @Test
  void aFullPartitionDropsItsOldestAndSaysHowMuch() {
    var world = world(TopicConfig.builder().maxMessages(4).whenFull(WhenFull.DROP_OLDEST));
    var owner = world.owner("a").open();
    owner.consume("slow", 1, 0);
    owner.consume("fast", 1, 100);
    for (int i = 0; i < 10; i++) {
      owner.store("m" + i);
      owner.acknowledge("fast", i, 1);
    }
    world.after(Duration.ofSeconds(2));

    var stats = owner.partition.stats();
    assertEquals(6, stats.firstOffset());
    assertEquals(4, stats.retainedMessages());
    assertEquals(6, stats.dropped());
    assertEquals(6, owner.dropped);
    assertEquals(4, owner.subscription("slow").backlog());
    assertEquals(6, owner.subscription("slow").floor());
    assertEquals(List.of("m6", "m7", "m8", "m9"), owner.consume("slow", 2, 100).sink().texts());
    var successor = world.owner("b").open();
    assertEquals(List.of("m6", "m7", "m8", "m9"), successor.consume("slow", 2, 100).sink().texts());
  }

  @Test
  void noMoreIsDroppedThanBatchesOnTheirWayNeed() {
    var world = world(TopicConfig.builder().maxMessages(4).whenFull(WhenFull.DROP_OLDEST));
    var owner = world.owner("a").open();
    storeOneByOne(owner, 4);
    owner.port.hold();
    owner.append("m4");
    owner.append("m5");
    owner.append("m6");
    owner.port.letGo();
    world.after(Duration.ofSeconds(2));

    assertEquals(4, owner.partition.stats().retainedMessages());
    assertEquals(3, owner.dropped);
  }

  @Test
  void whatIsDroppedIsTakenFromThoseWhoHoldIt() {
    var world = world(TopicConfig.builder().maxMessages(2).whenFull(WhenFull.DROP_OLDEST));
    var owner = world.owner("a").open();
    var holder = owner.consume("default", 1, 100);
    owner.store("m0");
    owner.store("m1");
    owner.store("m2");
    world.loop.run();

    assertEquals(List.of("m0", "m1", "m2"), holder.sink().texts());
    assertEquals(2, owner.subscription("default").leased());
    var late = holder.acknowledge(0, 3);
    world.loop.run();
    late.value();
    assertEquals(0, owner.subscription("default").backlog());
  }

  @Test
  void aBatchThatFitsNoEmptyPartitionIsRefusedAlsoWhereTheOldestIsDropped() {
    var world = world(TopicConfig.builder().maxMessages(2).whenFull(WhenFull.DROP_OLDEST));
    var owner = world.owner("a").open();

    assertEquals(Reason.LIMIT_EXCEEDED, owner.append("a", "b", "c").reason());
    assertEquals(1, owner.store("a", "b"));
    assertEquals(Reason.LIMIT_EXCEEDED, owner.append("a", "b", "c").reason());
    world.after(Duration.ofSeconds(2));
    assertEquals(2, owner.partition.stats().retainedMessages());
    assertEquals(0, owner.dropped);
  }

  @Test
  void aDropWhoseOutcomeIsUnknownIsRepairedEitherWay() {
    for (boolean applied : List.of(true, false)) {
      var world = world(TopicConfig.builder().maxMessages(3).whenFull(WhenFull.DROP_OLDEST));
      var owner = world.owner("a").open();
      var consumer = owner.consume("default", 1, 0);
      storeOneByOne(owner, 3);
      owner.port.hold();
      var append = owner.append(Messages.batch(PRODUCER, 0, List.of("new")));
      owner.port.loseConnection(i -> applied);
      owner.port.letGo();

      world.after(Duration.ofSeconds(5));

      assertEquals(OptionalLong.of(3), append.value().lastOffset());
      assertEquals(1, firstOffset(owner), "applied " + applied);
      assertEquals(1, owner.dropped);
      consumer.handle().credit(100);
      assertEquals(List.of(HUNDRED, HUNDRED, "new"), consumer.sink().texts());
    }
  }

  @Test
  void theNodesBudgetIsSharedByItsPartitionsAndGivenBackWithThem() {
    var world = world(TopicConfig.builder());
    world.storage = new ByteBudget(3L * SEGMENT_BYTES + 101);
    var owner = world.owner("a").open();
    storeOneByOne(owner, 3);
    assertEquals(3L * SEGMENT_BYTES, world.storage.usedBytes());

    var refused = owner.append(HUNDRED);
    assertEquals(Reason.LIMIT_EXCEEDED, refused.reason());
    assertEquals(
        String.valueOf(world.storage.limitBytes()), refused.failure().details().get("limit"));

    var released = new boolean[1];
    owner.partition.release(() -> released[0] = true);
    world.after(Duration.ofSeconds(1));
    assertTrue(released[0]);
    assertEquals(0, world.storage.usedBytes());
  }

  @Test
  void aLostPartitionGivesItsShareOfTheBudgetBack() {
    var world = world(TopicConfig.builder());
    var owner = world.owner("a").open();
    storeOneByOne(owner, 3);
    var others = world.storage;
    world.storage = ByteBudget.unlimited();
    world.owner("b").open();
    owner.append(HUNDRED);
    world.loop.run();

    assertFalse(owner.partition.isServed());
    assertEquals(0, others.usedBytes());
    assertEquals(3L * SEGMENT_BYTES, world.storage.usedBytes());
  }
}
