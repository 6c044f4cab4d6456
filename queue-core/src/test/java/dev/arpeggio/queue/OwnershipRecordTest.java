package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.QueueException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whom ZooKeeper names, from nobody to the end of the topic. */
class OwnershipRecordTest {
  private final World world = new World();
  private final FakePort port = new FakePort(world.zooKeeper, world.loop, 5);

  @Test
  void whoOwnedAPartitionLastStaysNamedUntilSomebodyElseTakesIt() {
    assertEquals(new Ownership(Optional.empty(), new Epoch(0)), read().value());
    var first = world.owner("a").open();
    assertEquals(new Ownership(Optional.of("a:7000"), new Epoch(1)), read().value());
    first.port.disconnected(true);
    assertEquals(new Ownership(Optional.of("a:7000"), new Epoch(1)), read().value());
    world.owner("b").open();
    assertEquals(new Ownership(Optional.of("b:7000"), new Epoch(2)), read().value());
  }

  @Test
  void aPartitionThatIsNotThereHasNoOwner() {
    assertEquals(
        Reason.PARTITION_NOT_FOUND, read(new PartitionId(World.TOPIC, 7)).failure().reason());
    world.deleteTopic();
    assertEquals(Reason.PARTITION_NOT_FOUND, read().reason());
  }

  @Test
  void withoutZooKeeperNothingIsKnown() {
    port.disconnected(true);
    assertEquals(Reason.STORE_UNAVAILABLE, read().reason());
  }

  @Test
  void aRecordThatNobodyOfOursWroteIsTold() {
    var written = new Recorded<Boolean>();
    port.set(
        world.paths.owner(),
        "nonsense".getBytes(StandardCharsets.UTF_8),
        0,
        reply -> written.succeeded(reply.isOk()));
    world.loop.run();
    assertEquals(true, written.value());
    assertEquals(Reason.STORE_CORRUPT, read().reason());
  }

  private Recorded<Ownership> read() {
    return read(World.PARTITION);
  }

  private Recorded<Ownership> read(PartitionId id) {
    var recorded = new Recorded<Ownership>();
    Ownership.read(port, id, recorded);
    world.loop.run();
    return recorded;
  }
}
