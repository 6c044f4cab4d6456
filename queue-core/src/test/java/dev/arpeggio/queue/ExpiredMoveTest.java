package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.Messages.TestMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expired messages, where the topic wants them in another one. */
class ExpiredMoveTest {
  private static final TopicName LATE = new TopicName("late");
  private static final PartitionId LATE_PARTITION = new PartitionId(LATE, 0);

  private final World world =
      new World(
          TopicConfig.builder().moveExpiredTo(LATE).expireAfter(Duration.ofSeconds(5)).build(),
          PartitionOptions.defaults());
  private final TestOutlet outlet = new TestOutlet(world);

  private World.Owner late() {
    world.createTopic(LATE, TopicConfig.defaults());
    World.Owner owner = world.owner("late", LATE_PARTITION, TopicConfig.defaults()).open();
    outlet.owns(LATE_PARTITION, owner);
    return owner;
  }

  private static void store(World world, World.Owner owner, TestMessage... messages) {
    var appended = owner.append(Messages.batch(messages));
    world.loop.run();
    appended.value();
  }

  private static List<Wire.Message> contents(World.Owner owner) {
    return Wire.messages(owner.consume("look", 1, 1_000).sink());
  }

  @Test
  void whatExpiresMovesOnceAndIsNotDelivered() {
    World.Owner late = late();
    World.Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0).handle().close();
    store(
        world,
        owner,
        TestMessage.of("brief").timeToLive(Duration.ofSeconds(1)),
        TestMessage.of("long").timeToLive(Duration.ofHours(1)),
        TestMessage.of("as the topic has it"));

    world.after(Duration.ofSeconds(10));

    var moved = contents(late);
    assertEquals(
        List.of("brief", "as the topic has it"), moved.stream().map(Wire.Message::body).toList());
    assertEquals("expired", moved.get(0).origin("reason"));
    assertEquals(2, owner.subscription("default").expired());
    assertEquals(1, owner.subscription("default").backlog());
    assertEquals(List.of("long"), owner.consume("default", 2, 10).sink().texts());
  }

  @Test
  void aSuccessorMovesWhatItsFormerOwnerDidNotGetDone() {
    World.Owner late = late();
    World.Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0).handle().close();
    store(world, owner, TestMessage.of("one"), TestMessage.of("two"));
    outlet.hold(true);
    world.after(Duration.ofSeconds(10));
    outlet.hold(false);
    owner.port.disconnected(true);

    World.Owner next = world.owner("b").open();
    world.after(Duration.ofSeconds(10));

    assertEquals(List.of("one", "two"), contents(late).stream().map(Wire.Message::body).toList());
    assertEquals(0, next.subscription("default").backlog());
  }

  @Test
  void moreThanCanBeUnderWayIsHeldBackAndMovesLater() {
    World.Owner late = late();
    World.Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0).handle().close();
    for (int i = 0; i < 1_000; i++) {
      store(
          world,
          owner,
          TestMessage.of("m" + i).timeToLive(Duration.ofSeconds(i % 2 == 0 ? 20 : 3_000)));
    }
    outlet.hold(true);
    world.after(Duration.ofSeconds(30));
    assertEquals(0, contents(late).size());
    var consumer = owner.consume("default", 2, 10_000);
    assertEquals(500, consumer.sink().offsets().size());

    outlet.hold(false);
    outlet.held().forEach(call -> call.done().failed(QueueException.storeUnavailable("x", null)));
    world.after(Duration.ofMinutes(5));

    assertEquals(500, contents(late).size());
    assertEquals(500, owner.subscription("default").expired());
  }
}
