package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node reads of a partition before it takes it over, and what it may not use. */
class StandbyTest {
  private static final int SEGMENTS = 100;

  private final World world = new World();

  @Test
  void aTakeoverReadsNoSegmentThatItsStandbyHas() {
    List<String> stored = fill(world.owner("a").open());
    Owner standby = world.owner("b");
    warm(standby);
    assertEquals(SEGMENTS, standby.port.segmentsRead());
    standby.open();
    assertEquals(stored, standby.contents());
    assertEquals(SEGMENTS, standby.port.segmentsRead(), "not one more");
    assertEquals(0, world.warm.usedBytes(), "it is the owner's now");
  }

  @Test
  void aTakeoverWithoutOneReadsThemAll() {
    fill(world.owner("a").open());
    Owner cold = world.owner("b").open();
    assertEquals(SEGMENTS, cold.port.segmentsRead());
  }

  @Test
  void whatCameAfterwardsIsReadByTheTakeover() {
    Owner first = world.owner("a").open();
    List<String> stored = fill(first);
    Owner standby = world.owner("b");
    warm(standby);
    first.store("later");
    stored.add("later");
    standby.open();
    assertEquals(stored, standby.contents());
    assertEquals(SEGMENTS + 1, standby.port.segmentsRead());
  }

  @Test
  void whatIsConsumedAtOnceIsNeverRead() {
    Owner first = world.owner("a").open();
    first.consume("default", 1, 0);
    Owner standby = world.owner("b");
    for (int i = 0; i < 10; i++) {
      long offset = first.store("message " + i);
      standby.standby.refresh();
      world.loop.run();
      first.acknowledge("default", offset, 1);
      world.after(Duration.ofSeconds(2));
    }
    assertEquals(0, standby.port.segmentsRead());
  }

  @Test
  void whatIsConsumedIsForgotten() {
    Owner first = world.owner("a").open();
    fill(first);
    Owner standby = world.owner("b");
    warm(standby);
    assertTrue(world.warm.usedBytes() > 0);
    first.acknowledge("default", 0, SEGMENTS);
    world.after(Duration.ofSeconds(5));
    standby.standby.refresh();
    world.loop.run();
    assertEquals(0, world.warm.usedBytes());
  }

  @Test
  void theContentsOfATopicThatIsGoneAreNotThoseOfAnotherOfItsName() {
    Owner first = world.owner("a").open();
    first.consume("default", 1, 0);
    first.store("old");
    Owner standby = world.owner("b");
    warm(standby);
    List<String> names = world.segments();
    world.deleteTopic();
    world.createTopic();
    Owner second = world.owner("c").open();
    second.consume("default", 1, 0);
    second.store("new");
    assertEquals(names, world.segments(), "the same name for another content");
    standby.open();
    assertEquals(List.of("new"), standby.contents());
  }

  @Test
  void whatLiesBehindAHoleIsNotTaken() {
    Owner first = world.owner("a").open();
    fill(first);
    long hole = SEGMENTS + 1;
    String last = world.segmentAt(SEGMENTS - 1);
    String bucket = last.substring(0, last.lastIndexOf('/'));
    var left = new SegmentName(0, hole, 1, 1, 3);
    first.port.create(
        bucket + "/" + left.name(), new byte[3], ZooKeeperPort.Mode.PERSISTENT, created -> {});
    world.loop.run();
    Owner standby = world.owner("b");
    warm(standby);
    assertEquals(SEGMENTS, standby.port.segmentsRead());
  }

  @Test
  void noMoreIsHeldThanTheBudgetAllows() {
    world.warm = new ByteBudget(1_000);
    List<String> stored = fill(world.owner("a").open());
    Owner standby = world.owner("b");
    warm(standby);
    long held = world.warm.usedBytes();
    assertTrue(held > 500 && held <= 1_000, "holds " + held);
    standby.open();
    assertEquals(stored, standby.contents());
    assertEquals(SEGMENTS, standby.port.segmentsRead(), "each of them once");
  }

  @Test
  void aStandbyThatIsNotWantedAnyMoreForgets() {
    fill(world.owner("a").open());
    Owner standby = world.owner("b");
    warm(standby);
    standby.standby.stop();
    standby.standby.refresh();
    world.loop.run();
    assertEquals(0, world.warm.usedBytes());
  }

  @Test
  void aTakeoverThatFailsForgets() {
    fill(world.owner("a").open());
    Owner standby = world.owner("b");
    warm(standby);
    world.deleteTopic();
    var opening = standby.opening();
    world.loop.run();
    assertEquals(QueueException.Reason.PARTITION_NOT_FOUND, opening.reason());
    assertEquals(0, world.warm.usedBytes());
  }

  @Test
  void whileTheStoreIsAwayWhatIsHeldStays() {
    fill(world.owner("a").open());
    Owner standby = world.owner("b");
    warm(standby);
    long held = world.warm.usedBytes();
    standby.port.disconnected(true);
    standby.standby.refresh();
    world.loop.run();
    standby.port.disconnected(false);
    assertEquals(held, world.warm.usedBytes());
    standby.open();
    assertEquals(SEGMENTS, standby.port.segmentsRead());
  }

  private void warm(Owner standby) {
    // Seen in one pass, read in the next.
    for (int i = 0; i < 2; i++) {
      standby.standby.refresh();
      world.loop.run();
    }
  }

  private static List<String> fill(Owner owner) {
    owner.consume("default", 1, 0);
    List<String> stored = new ArrayList<>();
    for (int i = 0; i < SEGMENTS; i++) {
      String text = "message " + i;
      owner.store(text);
      stored.add(text);
    }
    return stored;
  }
}
