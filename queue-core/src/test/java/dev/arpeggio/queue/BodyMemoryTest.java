package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What partitions hold in memory of what they could. */
class BodyMemoryTest {
  private static final int MESSAGES = 30;
  private static final int MESSAGE_BYTES = 200_000;
  private static final long LEAST = 8L * SegmentCodec.MAX_BYTES;

  private final World world = new World();

  private static List<String> texts() {
    var texts = new ArrayList<String>();
    for (int i = 0; i < MESSAGES; i++) {
      texts.add(i + "x".repeat(MESSAGE_BYTES));
    }
    return texts;
  }

  private World.Owner filled(World.Owner owner) {
    texts().forEach(owner::store);
    return owner;
  }

  private long used() {
    return world.bodies.usedBytes();
  }

  @Test
  void aPartitionThatFindsTheNodesBudgetUsedUpHoldsWhatItNeedsToDeliver() {
    world.bodies = new ByteBudget(1);
    var owner = filled(world.owner("a").open());
    long resident = owner.partition.stats().residentBytes();
    assertTrue(resident <= LEAST, "holds " + resident);
    assertTrue(resident > LEAST / 2, "holds " + resident);
    assertEquals(resident, used());
    var consumer = owner.consume("default", 1, MESSAGES);
    world.after(Duration.ofSeconds(1));
    assertEquals(texts(), consumer.sink().texts());
  }

  @Test
  void whoHoldsMoreGivesItUpOnceOthersHaveUsedUpTheRest() {
    long total = (long) MESSAGES * MESSAGE_BYTES;
    world.bodies = new ByteBudget(2 * LEAST);
    var first = filled(world.owner("a").open());
    assertTrue(used() >= total && total > LEAST, "holds " + used());
    var topic = new TopicName("others");
    world.createTopic(topic, TopicConfig.defaults());
    var second = filled(world.owner("b", new PartitionId(topic, 0), TopicConfig.defaults()).open());
    world.after(PartitionOptions.defaults().ownershipCheckInterval().plusSeconds(1));
    assertTrue(used() <= world.bodies.limitBytes(), "holds " + used());
    assertTrue(second.partition.stats().residentBytes() >= LEAST / 2);
    assertEquals(
        first.partition.stats().residentBytes() + second.partition.stats().residentBytes(), used());
  }

  @Test
  void whatAPartitionHeldIsGivenBackWithIt() {
    world.bodies = new ByteBudget(Long.MAX_VALUE);
    var owner = filled(world.owner("a").open());
    assertTrue(used() > 0);
    owner.partition.release(() -> {});
    world.after(Duration.ofSeconds(1));
    assertEquals(0, used());
  }
}
