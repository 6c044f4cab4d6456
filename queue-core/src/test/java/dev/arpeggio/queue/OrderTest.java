package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Messages.TestMessage;
import dev.arpeggio.queue.QueueException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Priorities, delays and expiry: which message comes next. */
class OrderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world = new World();

  private static TestMessage message(String text) {
    return TestMessage.of(text);
  }

  private World.Owner open() {
    return world.owner("a").open();
  }

  private void store(World.Owner owner, TestMessage... messages) {
    var appended = owner.append(Messages.batch(messages));
    world.loop.run();
    appended.value();
  }

  private static World small(TopicConfig config, long memoryBytes) {
    var defaults = PartitionOptions.defaults();
    return new World(
        config,
        new PartitionOptions(
            defaults.maxPendingBytes(),
            memoryBytes,
            defaults.maxCommitsInFlight(),
            defaults.commitTargetBytes(),
            defaults.writeDeadline(),
            defaults.trimDelay(),
            defaults.ownershipCheckInterval(),
            defaults.releaseTimeout(),
            defaults.subscriptionExpiry()));
  }

  // ---- Priorities.

  @Test
  void higherPrioritiesComeFirstAndEachInItsOrder() {
    var owner = open();
    store(owner, message("a0"), message("b5").priority(5), message("c0"));
    store(owner, message("d9").priority(9), message("e5").priority(5), message("f9").priority(9));
    store(owner, message("g0"));

    var consumer = owner.consume("default", 1, 100);

    assertEquals(List.of("d9", "f9", "b5", "e5", "a0", "c0", "g0"), consumer.sink().texts());
  }

  @Test
  void anUrgentMessageOvertakesADeepBacklogThatIsNotInMemory() {
    var deep = small(TopicConfig.defaults(), 100_000);
    var owner = deep.owner("a").open();
    for (int i = 0; i < 40; i++) {
      owner.store("x" + i + "-" + "y".repeat(50_000));
    }
    var consumer = owner.consume("default", 1, 3);
    assertEquals(List.of(0L, 1L, 2L), consumer.sink().offsets());
    var urgent = owner.append(Messages.batch(message("urgent").priority(1)));
    deep.loop.run();
    urgent.value();
    owner.store("z".repeat(90_000), "last");

    consumer.handle().credit(2);
    deep.loop.run();

    assertEquals(List.of(0L, 1L, 2L, 40L, 3L), consumer.sink().offsets());
    assertTrue(owner.partition.stats().residentBytes() <= 100_000);
  }

  @Test
  void aRedeliveredMessageIsAsUrgentAsBefore() {
    var owner = open();
    store(owner, message("low"), message("high").priority(7), message("low 2"));
    var gone = owner.consume("default", 1, 2);
    assertEquals(List.of("high", "low"), gone.sink().texts());
    gone.handle().close();

    var next = owner.consume("default", 2, 10);

    assertEquals(List.of("high", "low", "low 2"), next.sink().texts());
    assertEquals(1, next.sink().deliveries().get(0).redeliveries());
  }

  @Test
  void prioritiesAndCountsSurviveATakeover() {
    var owner = open();
    store(owner, message("low"), message("high").priority(7), message("higher").priority(8));
    var consumer = owner.consume("default", 1, 2);
    consumer.acknowledge(2, 1);
    consumer.handle().close();
    world.loop.run();

    var next = world.owner("b").open().consume("default", 2, 10);

    assertEquals(List.of("high", "low"), next.sink().texts());
    assertEquals(1, next.sink().deliveries().get(0).redeliveries());
    assertEquals(0, next.sink().deliveries().get(1).redeliveries());
  }

  @Test
  void aPriorityAboveTheTopicsHighestIsRefusedAndChangesNothing() {
    var flat =
        new World(TopicConfig.builder().highestPriority(3).build(), PartitionOptions.defaults());
    var owner = flat.owner("a").open();

    var refused = owner.append(Messages.batch(message("fine"), message("urgent").priority(4)));
    flat.loop.run();

    assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
    assertEquals("priority", refused.failure().details().get("field"));
    assertEquals(0, owner.partition.stats().nextOffset());
  }

  @Test
  void aThousandPrioritiesAreAThousandLanes() {
    var wide =
        new World(TopicConfig.builder().highestPriority(999).build(), PartitionOptions.defaults());
    var owner = wide.owner("a").open();
    for (int i = 0; i < 1_000; i++) {
      owner.append(Messages.batch(message("m").priority(i * 7 % 1_000)));
    }
    wide.loop.run();

    var consumer = owner.consume("default", 1, 1_000);

    assertEquals(
        IntStream.range(0, 1_000)
            .map(i -> 999 - i)
            // The inverse of 7 modulo 1,000.
            .mapToObj(priority -> (long) priority * 143 % 1_000)
            .toList(),
        consumer.sink().offsets());
  }

  @Test
  void manyGapsPauseAllButWhatClosesThem() {
    var owner = open();
    int pairs = 33_000;
    for (int i = 0; i < pairs; i += 1_000) {
      var batch = new ArrayList<TestMessage>();
      for (int k = 0; k < 1_000; k++) {
        batch.add(message("l"));
        batch.add(message("h").priority(1));
      }
      owner.append(Messages.batchOf(batch));
      world.loop.run();
    }
    var consumer = owner.consume("default", 1, 1_000);
    var seen = new ArrayList<Long>();
    while (!consumer.sink().offsets().isEmpty()) {
      var offsets = consumer.sink().offsets();
      consumer.sink().clear();
      seen.addAll(offsets);
      for (long offset : offsets) {
        consumer.acknowledge(offset, 1);
      }
      consumer.handle().credit(offsets.size());
      world.loop.run();
    }

    assertEquals(2L * pairs, seen.size());
    assertEquals(2L * pairs, seen.stream().distinct().count());
    assertTrue(seen.subList(0, 32_768).stream().allMatch(offset -> offset % 2 == 1));
    assertEquals(0, owner.subscription("default").backlog());
  }

  // ---- Delay.

  @Test
  void aDelayedMessageComesAtItsTimeAndBlocksNobody() {
    var owner = open();
    var consumer = owner.consume("default", 1, 10);
    store(owner, message("later").delay(SECOND.multipliedBy(5)), message("now"));
    assertEquals(List.of("now"), consumer.sink().texts());

    world.after(Duration.ofMillis(4_999));
    assertEquals(List.of("now"), consumer.sink().texts());
    world.after(Duration.ofMillis(1));

    assertEquals(List.of("now", "later"), consumer.sink().texts());
    assertEquals(0, consumer.sink().deliveries().get(1).redeliveries());
  }

  @Test
  void delayedMessagesBecomeDueInTheOrderOfTheirTimes() {
    var owner = open();
    store(
        owner,
        message("third").delay(SECOND.multipliedBy(3)),
        message("first").delay(SECOND),
        message("second").delay(SECOND.multipliedBy(2)),
        message("second too").delay(SECOND.multipliedBy(2)));
    var consumer = owner.consume("default", 1, 10);
    var other = owner.consume("other", 1, 10);

    world.after(SECOND.multipliedBy(4));

    assertEquals(List.of("first", "second", "second too", "third"), consumer.sink().texts());
    assertEquals(consumer.sink().texts(), other.sink().texts());
  }

  @Test
  void aMessageThatIsDueBeforeAnybodyComesByKeepsItsPlace() {
    var owner = open();
    store(owner, message("a"), message("b").delay(SECOND), message("c"));
    world.after(SECOND.multipliedBy(2));

    assertEquals(List.of("a", "b", "c"), owner.consume("default", 1, 10).sink().texts());
  }

  @Test
  void aDelaySurvivesATakeoverAndCountsFromTheCommit() {
    var owner = open();
    store(owner, message("later").delay(SECOND.multipliedBy(5)), message("now"));
    var first = owner.consume("default", 1, 10);
    first.acknowledge(1, 1);
    world.after(SECOND.multipliedBy(3));
    assertEquals(1, owner.subscription("default").backlog());

    var consumer = world.owner("b").open().consume("default", 2, 10);
    world.after(Duration.ofMillis(1_999));
    assertEquals(List.of(), consumer.sink().texts());
    world.after(Duration.ofMillis(2));

    assertEquals(List.of("later"), consumer.sink().texts());
  }

  @Test
  void anAcknowledgedMessageDoesNotBecomeDue() {
    var owner = open();
    var consumer = owner.consume("default", 1, 10);
    store(owner, message("later").delay(SECOND), message("now"));
    consumer.acknowledge(0, 1);
    consumer.acknowledge(1, 1);

    world.after(SECOND.multipliedBy(2));

    assertEquals(List.of("now"), consumer.sink().texts());
    assertEquals(0, owner.subscription("default").backlog());
  }

  @Test
  void oneTimerServesManyDelays() {
    var owner = open();
    var batch = new ArrayList<TestMessage>();
    for (int i = 0; i < 1_000; i++) {
      batch.add(message("m" + i).delay(Duration.ofMillis(10 + i)));
    }
    owner.append(Messages.batchOf(batch));
    world.loop.run();

    assertTrue(world.loop.timers() < 10);
    var consumer = owner.consume("default", 1, 10_000);
    world.after(SECOND.multipliedBy(2));
    assertEquals(1_000, consumer.sink().offsets().size());
  }

  // ---- Expiry.

  @Test
  void anExpiredMessageIsNotDeliveredWhereverItIs() {
    var owner = open();
    store(
        owner,
        message("head").timeToLive(SECOND),
        message("middle"),
        message("tail").timeToLive(SECOND.multipliedBy(2)));
    var gone = owner.consume("default", 1, 1);
    gone.handle().close();
    world.loop.run();

    world.after(Duration.ofMillis(999));
    assertEquals(3, owner.subscription("default").backlog());
    world.after(Duration.ofMillis(1));
    assertEquals(2, owner.subscription("default").backlog());
    world.after(SECOND);

    assertEquals(1, owner.subscription("default").backlog());
    assertEquals(2, owner.subscription("default").expired());
    assertEquals(List.of("middle"), owner.consume("default", 2, 10).sink().texts());
  }

  @Test
  void theTopicSaysWhenMessagesExpireThatDoNotSayItThemselves() {
    var brief =
        new World(TopicConfig.builder().expireAfter(SECOND).build(), PartitionOptions.defaults());
    var owner = brief.owner("a").open();
    owner.consume("default", 1, 0).handle().close();
    owner.store("one", "two");
    owner.append(Messages.batch(message("longer").timeToLive(SECOND.multipliedBy(3))));
    brief.loop.run();

    brief.after(SECOND.multipliedBy(2));

    assertEquals(1, owner.subscription("default").backlog());
    assertEquals(List.of("longer"), owner.consume("default", 2, 10).sink().texts());
    assertEquals(List.of("longer"), owner.consume("another", 2, 10).sink().texts());
  }

  @Test
  void aLeasedMessageExpiresWhenItComesBack() {
    var owner = open();
    store(owner, message("brief").timeToLive(SECOND), message("other"));
    var consumer = owner.consume("default", 1, 1);
    world.after(SECOND.multipliedBy(2));
    assertEquals(2, owner.subscription("default").backlog());

    consumer.handle().close();
    world.loop.run();

    assertEquals(List.of("other"), owner.consume("default", 2, 10).sink().texts());
    assertEquals(1, owner.subscription("default").expired());
  }

  @Test
  void aLeasedMessageMayBeAcknowledgedAfterItsTime() {
    var owner = open();
    store(owner, message("brief").timeToLive(SECOND));
    var consumer = owner.consume("default", 1, 1);
    world.after(SECOND.multipliedBy(2));

    var acknowledged = consumer.acknowledge(0, 1);
    world.loop.run();

    assertTrue(acknowledged.isSuccess());
    assertEquals(0, owner.subscription("default").expired());
  }

  @Test
  void aMessageThatExpiresBeforeItIsDueIsNeverDelivered() {
    var owner = open();
    var consumer = owner.consume("default", 1, 10);
    store(
        owner,
        message("never").delay(SECOND.multipliedBy(2)).timeToLive(SECOND),
        message("nor this").delay(SECOND).timeToLive(SECOND),
        message("fine"));

    world.after(SECOND.multipliedBy(5));

    assertEquals(List.of("fine"), consumer.sink().texts());
    assertEquals(2, owner.subscription("default").expired());
  }

  @Test
  void whatExpiredIsDroppedForGoodAndItsSegmentDeleted() {
    var owner = open();
    owner.consume("default", 1, 0).handle().close();
    store(owner, message("brief").timeToLive(SECOND));
    world.after(SECOND.multipliedBy(5));
    assertEquals(1, owner.partition.stats().firstOffset());

    var next = world.owner("b").open();

    assertEquals(1, next.subscription("default").floor());
    assertEquals(0, next.subscription("default").expired());
  }

  @Test
  void messagesThatExpiredWhileNobodyOwnedThePartitionAreNotDelivered() {
    var owner = open();
    store(owner, message("brief").timeToLive(SECOND), message("long"));
    owner.consume("default", 1, 0).handle().close();
    owner.partition.release(() -> {});
    world.after(SECOND.multipliedBy(5));

    var next = world.owner("b").open();

    assertEquals(List.of("long"), next.consume("default", 1, 10).sink().texts());
    assertEquals(1, next.subscription("default").expired());
  }

  // ---- Compaction.

  private static TestMessage ofEveryTenth(int number) {
    return switch (number / 10 % 4) {
      case 0 -> message("plain " + number);
      case 1 -> message("urgent " + number).priority(5);
      case 2 -> message("later " + number).delay(Duration.ofHours(1));
      default -> message("brief " + number).timeToLive(Duration.ofHours(2));
    };
  }

  /** A hundred segments; every tenth message is not acknowledged, until a compaction has run. */
  private World.Owner compacted() {
    var owner = open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < 100; i++) {
      store(owner, i % 10 == 0 ? ofEveryTenth(i) : message("done").priority(i % 7));
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    world.after(Duration.ofMinutes(5));
    assertTrue(world.segments().size() < 20, "segments: " + world.segments().size());
    return owner;
  }

  private void assertKeepOrderAndTimes(World.Owner owner) {
    var consumer = owner.consume("default", 2, 100);
    assertEquals(
        List.of(
            "urgent 10",
            "urgent 50",
            "urgent 90",
            "plain 0",
            "brief 30",
            "plain 40",
            "brief 70",
            "plain 80"),
        consumer.sink().texts());
    consumer.handle().close();
    world.after(Duration.ofHours(1));
    assertEquals(10, owner.subscription("default").backlog());
    world.after(Duration.ofHours(1));
    assertEquals(8, owner.subscription("default").backlog());
    assertEquals(2, owner.subscription("default").expired());
    assertEquals(
        List.of(
            "urgent 10",
            "urgent 50",
            "urgent 90",
            "plain 0",
            "later 20",
            "plain 40",
            "later 60",
            "plain 80"),
        owner.consume("default", 3, 100).sink().texts());
  }

  @Test
  void compactedMessagesKeepPriorityDelayAndExpiry() {
    assertKeepOrderAndTimes(compacted());
  }

  @Test
  void aSuccessorKnowsThemOfCompactedMessages() {
    compacted();
    assertKeepOrderAndTimes(world.owner("b").open());
  }

  @Test
  void aSubscriptionThatComesLaterLetsGoWhatWasCompactedAway() {
    var owner = compacted();
    var late = owner.consume("late", 1, 100);
    assertEquals(8, late.sink().offsets().size());
    assertEquals(10, owner.subscription("late").backlog());
  }
}
