package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Old segments that hold few messages which somebody wants give way to one that holds these. */
class CompactionTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
  private static final int COUNT = 100;

  private final World world = new World();

  private static Batch batch(int number) {
    return Messages.batch(new ProducerId(7, number), 3, List.of("m" + number));
  }

  private static void store(World world, Owner owner, int from, int to) {
    for (int i = from; i < to; i++) {
      var appended = owner.append(batch(i));
      world.loop.run();
      appended.value();
    }
  }

  /** A hundred segments, of which everything but every tenth message is acknowledged. */
  private static Owner sparse(World world) {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    store(world, owner, 0, COUNT);
    for (int i = 0; i < COUNT; i++) {
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    world.loop.run();
    return owner;
  }

  private static List<String> everyTenth() {
    var texts = new ArrayList<String>();
    for (int i = 0; i < COUNT; i += 10) {
      texts.add("m" + i);
    }
    return texts;
  }

  private static void assertServes(World world, Owner owner) {
    var consumer = owner.consume("default", 2, 1_000);
    assertEquals(everyTenth(), consumer.sink().texts());
    assertEquals(
        List.of(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L), consumer.sink().offsets());
    for (long offset : consumer.sink().offsets()) {
      consumer.acknowledge(offset, 1);
    }
    world.after(LONG_ENOUGH);
    assertEquals(List.of(), world.segments());
    assertEquals(COUNT, owner.partition.stats().firstOffset());
    assertNull(owner.whyLost());
    assertEquals(0, owner.dropped);
  }

  @Test
  void aMessageThatNobodyAcknowledgesDoesNotKeepWhatLiesBehindIt() {
    var owner = sparse(world);
    assertEquals(COUNT, world.segments().size());

    world.after(LONG_ENOUGH);

    assertTrue(world.segments().size() <= 3, "left: " + world.segments());
    assertEquals(0, owner.partition.stats().firstOffset());
    assertEquals(COUNT, owner.partition.stats().nextOffset());
    assertEquals(10, owner.subscription("default").backlog());
    assertServes(world, owner);
  }

  @Test
  void aSuccessorServesWhatIsLeft() {
    sparse(world);
    world.after(LONG_ENOUGH);

    assertServes(world, world.owner("b").open());
  }

  @Test
  void repeatsAreRecognisedAlsoWhenTheirSegmentsWereCompacted() {
    sparse(world);
    world.after(LONG_ENOUGH);

    var successor = world.owner("b").open();
    for (int i = 0; i < COUNT; i++) {
      var repeat = successor.append(batch(i));
      world.loop.run();
      assertEquals(OptionalLong.of(i), repeat.value().lastOffset());
    }
    assertEquals(COUNT, successor.partition.stats().nextOffset());
  }

  @Test
  void deflatedSegmentsAreMergedIfWhatIsDeflatedAgainIsLess() {
    var config = TopicConfig.builder().compressed(true).build();
    var fresh = new World(config, PartitionOptions.defaults());
    var owner = fresh.owner("a").open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < COUNT; i++) {
      owner.store("x".repeat(3_000));
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    fresh.after(LONG_ENOUGH);

    assertTrue(fresh.segments().size() <= 3, "left: " + fresh.segments());
    assertEquals(10, fresh.owner("b").open().contents().size());
  }

  @Test
  void whatOneOfSeveralSubscriptionsWantsIsKept() {
    var owner = world.owner("a").open();
    owner.consume("audit", 1, 0);
    owner.consume("default", 1, 0);
    owner.consume("zeal", 1, 0);
    store(world, owner, 0, COUNT);
    for (int i = 0; i < COUNT; i++) {
      owner.acknowledge("zeal", i, 1);
      if (i % 20 != 0) {
        owner.acknowledge("audit", i, 1);
      }
      if (i % 20 != 10) {
        owner.acknowledge("default", i, 1);
      }
    }
    world.after(LONG_ENOUGH);
    assertTrue(world.segments().size() <= 3);

    assertEquals(
        List.of("m0", "m20", "m40", "m60", "m80"), owner.consume("audit", 2, 1_000).sink().texts());
    assertEquals(
        List.of("m10", "m30", "m50", "m70", "m90"),
        owner.consume("default", 2, 1_000).sink().texts());
    assertEquals(List.of(), owner.consume("zeal", 2, 1_000).sink().texts());
  }

  @Test
  void eachMessageKeepsItsTime() {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < COUNT; i++) {
      owner.store("m" + i);
      world.after(Duration.ofMillis(7));
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    var before = owner.consume("default", 2, 1_000);
    before.handle().close();
    world.after(LONG_ENOUGH);
    assertTrue(world.segments().size() <= 3);

    // Merged again, with what came later.
    store(world, owner, 0, COUNT);
    for (int i = COUNT; i < 2 * COUNT; i++) {
      owner.acknowledge("default", i, 1);
    }
    world.after(LONG_ENOUGH);
    assertTrue(world.segments().size() <= 3);

    var after = world.owner("b").open().consume("default", 2, 1_000);
    var times = before.sink().deliveries().stream().map(Delivery::publishTimeMillis).toList();
    assertEquals(10, new TreeSet<>(times).size());
    assertEquals(
        times, after.sink().deliveries().stream().map(Delivery::publishTimeMillis).toList());
  }

  @Test
  void aSubscriptionThatComesLaterGetsWhatIsLeftAndLetsTheRestGo() {
    var owner = sparse(world);
    world.after(LONG_ENOUGH);

    var late = owner.consume("late", 1, 1_000);
    assertEquals(everyTenth(), late.sink().texts());
    late.sink().offsets().forEach(offset -> late.acknowledge(offset, 1));
    world.loop.run();

    assertEquals(0, owner.subscription("late").backlog());
    assertServes(world, owner);
  }

  @Test
  void aCompactionIsFoundOrRepeatedWhateverBecameOfIt() {
    for (boolean applied : List.of(true, false)) {
      for (boolean killed : List.of(true, false)) {
        var fresh = new World();
        var owner = sparse(fresh);
        owner.port.hold();
        fresh.after(Duration.ofSeconds(12));
        assertEquals(1, owner.port.pendingRequests(), "a compaction is in flight");
        owner.port.loseConnection(i -> applied);
        if (killed) {
          int stored = fresh.segments().size();
          assertTrue(applied ? stored < 10 : stored == COUNT);
          assertServes(fresh, fresh.owner("b").open());
        } else {
          owner.port.letGo();
          fresh.after(LONG_ENOUGH);
          assertTrue(fresh.segments().size() <= 3);
          assertServes(fresh, owner);
        }
      }
    }
  }

  @Test
  void batchesAreStoredWhileACompactionIsOnItsWay() {
    for (int mask = 0; mask < 4; mask++) {
      int applied = mask;
      var fresh = new World();
      var owner = sparse(fresh);
      owner.port.hold();
      fresh.after(Duration.ofSeconds(12));
      String large = "x".repeat(230_000);
      owner.append(large);
      var second = owner.append(large);
      assertEquals(2, owner.port.pendingRequests());
      owner.port.loseConnection(i -> (applied >> i & 1) == 1);
      owner.port.letGo();
      fresh.after(LONG_ENOUGH);

      assertEquals(OptionalLong.of(COUNT + 1), second.value().lastOffset());
      var contents = owner.contents();
      assertEquals(everyTenth(), contents.subList(0, 10));
      assertEquals(12, contents.size());
      assertNull(owner.whyLost());
    }
  }

  @Test
  void whatACompactionOnItsWayReplacesIsNotDeletedBesides() {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < COUNT; i++) {
      owner.store("x".repeat(3_000));
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    world.loop.run();
    Epoch before = owner.partition.stats().epoch();
    owner.port.hold();
    world.after(Duration.ofSeconds(12));
    assertEquals(1, owner.port.pendingRequests());
    owner.acknowledge("default", 0, COUNT);
    owner.append("x".repeat(230_000));
    owner.append("x".repeat(230_000));
    assertEquals(2, owner.port.pendingRequests());
    owner.port.letGo();
    world.after(LONG_ENOUGH);

    assertEquals(before, owner.partition.stats().epoch());
    assertEquals(COUNT, owner.partition.stats().firstOffset());
  }

  @Test
  void aTableOnItsWayDoesNotCountAsStored() {
    int count = 127;
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    store(world, owner, 0, count);
    for (int i = 0; i < count; i++) {
      if (i % 10 != 0) {
        owner.acknowledge("default", i, 1);
      }
    }
    world.loop.run();
    owner.port.hold();
    // The 64th segment since the last table: carries one, in a multi of its own.
    owner.append("x".repeat(20_000));
    world.after(Duration.ofSeconds(12));
    assertEquals(2, owner.port.pendingRequests());
    owner.port.loseConnection(i -> i == 1);
    assertTrue(world.segments().size() < 20);

    var successor = world.owner("b").open();
    for (int i = 0; i < count; i++) {
      var repeat = successor.append(batch(i));
      world.loop.run();
      assertEquals(OptionalLong.of(i), repeat.value().lastOffset());
    }
  }

  @Test
  void acknowledgementsThatComeWhileACompactionIsOnItsWayCount() {
    var owner = sparse(world);
    owner.port.hold();
    world.after(Duration.ofSeconds(12));
    var acknowledged = owner.acknowledge("default", 0, COUNT);
    owner.port.letGo();
    world.after(LONG_ENOUGH);

    acknowledged.value();
    assertEquals(List.of(), world.segments());
  }

  @Test
  void whatIsYoungIsLeftAlone() {
    var owner = sparse(world);
    world.after(Duration.ofSeconds(9));
    assertEquals(COUNT, world.segments().size());
    world.after(Duration.ofSeconds(9));
    assertTrue(world.segments().size() <= 3);
    assertNull(owner.whyLost());
  }

  @Test
  void whatIsMostlyWantedIsLeftAlone() {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    String large = "x".repeat(25_000);
    for (int i = 0; i < 20; i++) {
      owner.store(large, large, large, large);
      owner.acknowledge("default", 4L * i + 1, 1);
    }
    world.after(LONG_ENOUGH);
    assertEquals(20, world.segments().size());

    for (int i = 0; i < 20; i++) {
      owner.acknowledge("default", 4L * i + 2, 2);
    }
    world.after(LONG_ENOUGH);
    assertTrue(owner.partition.stats().retainedBytes() < 21 * 25_000);
    assertEquals(20, owner.contents().size());
  }

  @Test
  void whatIsRetainedForReplayIsNotTakenOut() {
    var config = TopicConfig.builder().retain(Duration.ofHours(1)).build();
    var fresh = new World(config, PartitionOptions.defaults());
    var owner = sparse(fresh);
    fresh.after(Duration.ofMinutes(50));
    assertEquals(COUNT, fresh.segments().size());
    assertEquals(COUNT, owner.contents().size());

    // Whoever looked wants everything again.
    fresh.after(Duration.ofMinutes(20));
    assertEquals(COUNT, fresh.segments().size());
  }

  @Test
  void whatCompactionsWriteIsASmallMultipleOfWhatIsStored() {
    var random = new Random(5);
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    var open = new TreeSet<Long>();
    for (int round = 0; round < 150; round++) {
      for (int i = 0; i < 20; i++) {
        long offset = owner.store("m".repeat(1 + random.nextInt(400)));
        if (random.nextInt(20) == 0) {
          open.add(offset);
        } else {
          owner.acknowledge("default", offset, 1);
        }
      }
      if (random.nextInt(3) == 0) {
        open.stream()
            .filter(offset -> random.nextInt(20) == 0)
            .toList()
            .forEach(
                offset -> {
                  owner.acknowledge("default", offset, 1);
                  open.remove(offset);
                });
      }
      world.after(Duration.ofSeconds(5));
    }
    world.after(LONG_ENOUGH);

    long appended = 0;
    long rewritten = 0;
    int compactions = 0;
    for (SegmentName name : world.segmentsEverCreated()) {
      if (name.isSparse() || name.span() > 1) {
        rewritten += name.bytes();
        compactions++;
      } else {
        appended += name.bytes();
      }
    }
    assertTrue(compactions > 10, "compactions: " + compactions);
    assertTrue(rewritten < appended, rewritten + " of " + appended);
    assertTrue(world.segments().size() < 100, "left: " + world.segments().size());
    assertEquals(open.size(), owner.subscription("default").backlog());
    assertEquals(
        List.copyOf(open), world.owner("b").open().consume("default", 3, 9_999).sink().offsets());
  }
}
