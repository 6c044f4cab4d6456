package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One check for each promise, carried out with an owner as it is, which has to pass, and with one
 * that takes the topic for something else, which has to be noticed.
 */
class QosPlantsTest {
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final ProducerId WEAK = new ProducerId(0, 1);
  private static final ProducerId STRONG = new ProducerId(0, 2);

  private static Qos qos(
      Qos.Ownership ownership, Qos.Durability durability, Duration deadline, Duration lease) {
    return new Qos(ownership, Qos.Reliability.RELIABLE, durability, deadline, lease);
  }

  private static final Qos EXCLUSIVE =
      qos(Qos.Ownership.EXCLUSIVE, Qos.Durability.PERSISTENT, Duration.ZERO, LEASE);
  private static final Qos TIMED =
      qos(Qos.Ownership.SHARED, Qos.Durability.PERSISTENT, DEADLINE, LEASE);
  private static final Qos VOLATILE =
      qos(Qos.Ownership.SHARED, Qos.Durability.VOLATILE, Duration.ZERO, LEASE);

  /** Looks at an owner. */
  private interface Check {
    void of(World world, Owner owner) throws QueueException;
  }

  /** What an owner may take its topic for, and the check that notices. */
  private record Mistake(String name, Qos right, UnaryOperator<Qos> mistaken, Check check) {
    private void run(UnaryOperator<Qos> ownersView) throws QueueException {
      var config = TopicConfig.builder().qos(right).build();
      var world = new World(config, PartitionOptions.defaults());
      var view = config.toBuilder().qos(ownersView.apply(right)).build();
      check.of(world, world.owner("a", World.PARTITION, view).open());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Mistake> mistakes() {
    return List.of(
        new Mistake(
            "everybody is heard",
            EXCLUSIVE,
            right -> qos(Qos.Ownership.SHARED, right.durability(), right.deadline(), right.lease()),
            QosPlantsTest::strongest),
        new Mistake(
            "lease too short",
            EXCLUSIVE,
            right ->
                qos(right.ownership(), right.durability(), right.deadline(), LEASE.dividedBy(10)),
            QosPlantsTest::lease),
        new Mistake(
            "lease too long",
            EXCLUSIVE,
            right ->
                qos(
                    right.ownership(),
                    right.durability(),
                    right.deadline(),
                    LEASE.multipliedBy(10)),
            QosPlantsTest::lease),
        new Mistake(
            "deadline ignored",
            TIMED,
            right -> qos(right.ownership(), right.durability(), Duration.ZERO, right.lease()),
            QosPlantsTest::deadline),
        new Mistake(
            "deadline too short",
            TIMED,
            right ->
                qos(right.ownership(), right.durability(), DEADLINE.dividedBy(4), right.lease()),
            QosPlantsTest::deadline),
        new Mistake(
            "deadline too long",
            TIMED,
            right ->
                qos(right.ownership(), right.durability(), DEADLINE.multipliedBy(4), right.lease()),
            QosPlantsTest::deadline),
        new Mistake(
            "volatile ignored",
            VOLATILE,
            right ->
                qos(right.ownership(), Qos.Durability.PERSISTENT, right.deadline(), right.lease()),
            QosPlantsTest::nobodyIsWaitedFor),
        new Mistake(
            "offers more than the topic",
            VOLATILE,
            right ->
                qos(right.ownership(), Qos.Durability.PERSISTENT, right.deadline(), right.lease()),
            QosPlantsTest::requests));
  }

  private static boolean isHeard(World world, Owner owner, ProducerId id, long sequence) {
    var sent = owner.append(Messages.keyed(id, sequence, "k=" + sequence));
    world.loop.run();
    return sent.value().notHeard().isEmpty();
  }

  private static void attach(Owner owner, ProducerId id, int strength) throws QueueException {
    PublisherHandle unused =
        owner.partition.attach(
            new PublisherSpec(id, strength, null, Qos.Reliability.RELIABLE, null, null));
  }

  private static void strongest(World world, Owner owner) {
    try {
      attach(owner, STRONG, 2);
      attach(owner, WEAK, 1);
    } catch (QueueException e) {
      throw new AssertionError("a publisher is not let in", e);
    }
    assertTrue(isHeard(world, owner, STRONG, 1));
    assertFalse(isHeard(world, owner, WEAK, 1));
  }

  private static void lease(World world, Owner owner) throws QueueException {
    attach(owner, STRONG, 2);
    assertTrue(isHeard(world, owner, STRONG, 1));
    world.after(LEASE);
    attach(owner, WEAK, 1);
    assertFalse(isHeard(world, owner, WEAK, 1), "before the lease was over");
    world.after(LEASE.dividedBy(4).plusMillis(1));
    assertTrue(isHeard(world, owner, WEAK, 2), "after the lease was over");
  }

  private static void deadline(World world, Owner owner) {
    assertTrue(isHeard(world, owner, WEAK, 1));
    world.after(DEADLINE);
    assertEquals(0, owner.partition.stats().publishing().missedDeadlines());
    world.after(DEADLINE.dividedBy(4).plusMillis(1));
    assertEquals(1, owner.partition.stats().publishing().missedDeadlines());
  }

  private static void nobodyIsWaitedFor(World world, Owner owner) {
    for (int i = 0; i < 20; i++) {
      owner.store("x");
    }
    world.after(Duration.ofMinutes(1));
    assertEquals(List.of(), world.segments());
  }

  private static void requests(World world, Owner owner) {
    var requested = new QosRequest(null, null, Qos.Durability.PERSISTENT, null, null);
    var attached = owner.attach(new SubscriptionSpec("s", null, requested), 1, new TestSink());
    assertEquals(Reason.QOS_MISMATCH, attached.reason());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void anOwnerThatKnowsItsTopicPasses(Mistake mistake) throws QueueException {
    mistake.run(UnaryOperator.identity());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void anOwnerThatTakesItForAnotherIsNoticed(Mistake mistake) {
    assertThrows(AssertionError.class, () -> mistake.run(mistake.mistaken));
  }
}
