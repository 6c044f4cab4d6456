package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An owner that was paused, while another one took over, does no harm to those who come to it. */
class FenceCheckTest {
  private static final SubscriptionSpec DEFAULT = SubscriptionSpec.named("default");
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final World world = new World();

  @Test
  void aConsumerIsSentToWhoeverTookOver() {
    Owner paused = paused();
    var attached = paused.attach(DEFAULT, 1, new TestSink());
    assertEquals(Reason.NOT_OWNER, attached.reason());
    assertEquals("b:7000", attached.failure().details().get("owner"));
    assertEquals(Reason.NOT_OWNER, paused.lost.get(0).reason());
  }

  @Test
  void whoAcknowledgesWhatWasNeverWrittenHereIsSentThereToo() {
    Owner paused = paused();
    var acknowledged = paused.acknowledge("default", 5, 1);
    world.loop.run();
    assertEquals(Reason.NOT_OWNER, acknowledged.reason());
  }

  @Test
  void whoAcknowledgesWhatWasNeverWrittenAnywhereIsToldSo() {
    Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    world.after(PAUSE);
    var acknowledged = owner.acknowledge("default", 5, 1);
    world.loop.run();
    assertEquals(Reason.INVALID_ARGUMENT, acknowledged.reason());
    assertNull(owner.whyLost());
  }

  @Test
  void aConsumerIsSentThereEvenAMomentAfterTheTakeover() {
    Owner brief = world.owner("a").open();
    Owner heir = world.owner("b").open();
    heir.consume("default", 1, 0);
    assertEquals(Reason.NOT_OWNER, brief.attach(DEFAULT, 1, new TestSink()).reason());
  }

  @Test
  void aQuestionThatIsOnItsWayAnswersNobodyWhoComesLater() {
    Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    owner.port.hold();
    var first = owner.attach(DEFAULT, 2, new TestSink());
    // The way to the leader.
    owner.port.answer(1);
    world.loop.run();
    var second = owner.attach(DEFAULT, 3, new TestSink());
    owner.port.answer(1);
    world.loop.run();
    assertTrue(first.isSuccess());
    assertFalse(second.isDone());
    owner.port.letGo();
    world.loop.run();
    assertTrue(second.isSuccess());
  }

  @Test
  void oneQuestionServesAllWhoComeMeanwhile() {
    Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    owner.port.hold();
    var first = owner.attach(DEFAULT, 2, new TestSink());
    var second = owner.attach(DEFAULT, 3, new TestSink());
    var third = owner.attach(DEFAULT, 4, new TestSink());
    for (int question = 0; question < 2; question++) {
      assertFalse(second.isDone() || third.isDone());
      // The way to the leader, and a look.
      owner.port.answer(1);
      world.loop.run();
      owner.port.answer(1);
      world.loop.run();
      assertTrue(first.isSuccess());
    }
    assertTrue(second.isSuccess() && third.isSuccess());
  }

  @Test
  void whileTheStoreIsAwayNobodyAttaches() {
    Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    world.after(PAUSE);
    owner.port.disconnected(true);
    var attached = owner.attach(DEFAULT, 2, new TestSink());
    world.after(Duration.ofSeconds(3));
    assertFalse(attached.isDone());
    owner.port.disconnected(false);
    world.after(Duration.ofSeconds(1));
    assertTrue(attached.isSuccess());
  }

  @Test
  void whoWaitsWhenThePartitionIsHandedOverIsRefused() {
    Owner owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    world.after(PAUSE);
    owner.port.hold();
    var attached = owner.attach(DEFAULT, 2, new TestSink());
    owner.partition.release(() -> {});
    owner.port.letGo();
    world.after(Duration.ofSeconds(1));
    assertEquals(Reason.NOT_OWNER, attached.reason());
  }

  /** It owned the partition, and another one has gone on meanwhile. */
  private Owner paused() {
    Owner paused = world.owner("a").open();
    paused.consume("default", 1, 0);
    paused.store("one");
    Owner heir = world.owner("b").open();
    heir.store("two", "three", "four", "five", "six");
    world.after(PAUSE);
    assertNull(paused.whyLost(), "it has not noticed");
    return paused;
  }
}
