package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One placement for all, replaced by whoever knew the last one. */
class PlacementTest {
  private static final PartitionId ID = new PartitionId(new TopicName("orders"), 3);

  private final World world = new World();
  private final PlacementStore store =
      new PlacementStore(new FakePort(world.zooKeeper, world.loop, 77));

  private <T> Recorded<T> run(Consumer<Completion<T>> operation) {
    var recorded = new Recorded<T>();
    operation.accept(recorded);
    world.loop.run();
    return recorded;
  }

  private Placement read(Placement known) {
    return this.<Placement>run(done -> store.refresh(known, done)).value();
  }

  private boolean replace(Placement placement) {
    return this.<Boolean>run(done -> store.replace(placement, done)).value();
  }

  private static Placement moved(Placement from, int number) {
    return from.with(new TreeMap<>(Map.of(ID.toString(), number)));
  }

  @Test
  void withoutOneEveryPartitionLiesByItsName() {
    assertEquals("orders/3", read(Placement.byName()).key(ID));
  }

  @Test
  void whatIsStoredIsReadAndReadAgainOnlyIfItChanged() {
    assertTrue(replace(moved(Placement.byName(), 17)));

    Placement first = read(Placement.byName());
    assertEquals("orders/3#17", first.key(ID));
    assertEquals("orders/4", first.key(new PartitionId(ID.topic(), 4)));
    assertSame(first, read(first));

    assertTrue(replace(moved(first, 0)));
    assertEquals("orders/3", read(first).key(ID));
    assertEquals(0, read(first).moved());
  }

  @Test
  void whoLookedAtAnotherPlacementReplacesNothing() {
    assertTrue(replace(moved(Placement.byName(), 17)));
    assertFalse(replace(moved(Placement.byName(), 18)));
    Placement first = read(Placement.byName());
    assertTrue(replace(moved(first, 19)));
    assertFalse(replace(moved(first, 20)));
    assertEquals("orders/3#19", read(first).key(ID));
  }

  @Test
  void onceCreatedAnewItIsNotTakenForTheOldOne() {
    assertTrue(replace(moved(Placement.byName(), 17)));
    Placement first = read(Placement.byName());
    world.zooKeeper.delete(PlacementStore.PATH, ZooKeeperPort.ANY_VERSION);
    assertEquals("orders/3", read(first).key(ID));
    assertFalse(replace(moved(first, 18)));
    assertTrue(replace(moved(Placement.byName(), 19)));
    assertEquals("orders/3#19", read(first).key(ID));
  }

  @Test
  void anotherOnesZnodeIsRefusedByName() {
    world.zooKeeper.create(PlacementStore.PATH, "hello".getBytes(UTF_8), 0);
    var failed = this.<Placement>run(done -> store.refresh(Placement.byName(), done));
    assertEquals(Reason.STORE_CORRUPT, failed.reason());
    assertEquals(PlacementStore.PATH, failed.failure().details().get("path"));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    world.zooKeeper.create(
        PlacementStore.PATH, TextRecord.encode("placement", Map.of("orders/3", "1024")), 0);
    assertEquals(
        Reason.STORE_CORRUPT,
        this.<Placement>run(done -> store.refresh(Placement.byName(), done)).reason());
    assertThrows(IllegalArgumentException.class, () -> moved(Placement.byName(), 1_024));
    assertThrows(IllegalArgumentException.class, () -> moved(Placement.byName(), -1));
    var tooMany = new TreeMap<String, Integer>();
    for (int i = 0; i <= Placement.MAX_MOVED; i++) {
      tooMany.put("orders/" + i, 1);
    }
    assertThrows(IllegalArgumentException.class, () -> Placement.byName().with(tooMany));
  }
}
