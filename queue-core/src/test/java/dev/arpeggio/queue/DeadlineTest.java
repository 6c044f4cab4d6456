package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys that are silent for longer than their topic promises. */
class DeadlineTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  // How late a missed deadline is noticed at most.
  private static final Duration LATE = DEADLINE.dividedBy(4);
  private static final ProducerId ONE = new ProducerId(0, 1);
  private static final ProducerId TWO = new ProducerId(0, 2);

  private static World world(Qos.Ownership ownership) {
    var qos =
        new Qos(
            ownership,
            Qos.Reliability.RELIABLE,
            Qos.Durability.PERSISTENT,
            DEADLINE,
            Duration.ofMinutes(1));
    return new World(TopicConfig.builder().qos(qos).build(), PartitionOptions.defaults());
  }

  private static void store(World world, Owner owner, String text) {
    var stored = owner.append(Messages.keyed(text));
    world.loop.run();
    stored.value();
  }

  private static List<String> keys(World.TestConsumer consumer) {
    return consumer.sink().missed().stream()
        .map(
            missed ->
                missed.key().map(key -> UTF_8.decode(key.duplicate()).toString()).orElse("unknown"))
        .toList();
  }

  @Test
  void aSilentKeyIsReportedOnceUntilItIsHeardAgain() {
    var world = world(Qos.Ownership.SHARED);
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 100);
    store(world, owner, "slow=1");
    store(world, owner, "fast=1");
    store(world, owner, "=1");

    for (int i = 0; i < 8; i++) {
      world.after(DEADLINE.dividedBy(2));
      store(world, owner, "fast=2");
    }

    assertEquals(List.of("slow", ""), keys(consumer));
    assertEquals(2, owner.partition.stats().publishing().missedDeadlines());
    assertEquals(1, owner.partition.stats().publishing().keys());
    store(world, owner, "slow=2");
    world.after(DEADLINE.plus(LATE));
    assertEquals(List.of("slow", "", "fast", "slow"), keys(consumer));
    assertEquals(4, consumer.sink().missed().get(3).missed());
  }

  @Test
  void aDeadlineIsNotMissedBefore() {
    var world = world(Qos.Ownership.SHARED);
    var owner = world.owner("a").open();
    store(world, owner, "k=1");
    world.after(DEADLINE);
    assertEquals(0, owner.partition.stats().publishing().missedDeadlines());
    world.after(LATE.plusMillis(1));
    assertEquals(1, owner.partition.stats().publishing().missedDeadlines());
  }

  @Test
  void whoMissesItsDeadlineLosesTheKeyUntilItSpeaksAgain() throws QueueException {
    var world = world(Qos.Ownership.EXCLUSIVE);
    var owner = world.owner("a").open();
    owner.partition.attach(PublisherSpec.of(ONE).withStrength(9));
    owner.partition.attach(PublisherSpec.of(TWO).withStrength(1));
    owner.append(Messages.keyed(ONE, 1, "k=strong"));
    owner.append(Messages.keyed(TWO, 1, "k=unheard"));
    world.after(DEADLINE.plus(LATE));
    owner.append(Messages.keyed(TWO, 2, "k=weak"));
    world.loop.run();
    owner.append(Messages.keyed(ONE, 2, "k=again"));
    owner.append(Messages.keyed(TWO, 3, "k=unheard"));
    world.loop.run();

    assertEquals(List.of("strong", "weak", "again"), owner.contents());
  }

  @Test
  void anOwnerThatSleptReportsNothing() {
    var world = world(Qos.Ownership.SHARED);
    var owner = world.owner("a").open();
    store(world, owner, "k=1");
    world.loop.sleep(DEADLINE.multipliedBy(5));
    world.after(Duration.ofMillis(1));
    assertEquals(0, owner.partition.stats().publishing().missedDeadlines());
  }

  @Test
  void aKeyThatFallsSilentWithItsOwnerIsReportedByTheNext() {
    var world = world(Qos.Ownership.SHARED);
    store(world, world.owner("a").open(), "k=1");

    var next = world.owner("b").open();
    var consumer = next.consume("default", 1, 0);
    world.after(DEADLINE.plus(LATE).plusMillis(1));

    assertEquals(List.of("unknown"), keys(consumer));
    assertTrue(next.lost.isEmpty());
  }
}
