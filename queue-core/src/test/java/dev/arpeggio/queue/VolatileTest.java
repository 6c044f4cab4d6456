package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topics whose subscriptions live with their consumers. */
class VolatileTest {
  private static final Duration LEASE = Duration.ofSeconds(2);

  private static World world() {
    var qos =
        new Qos(
            Qos.Ownership.SHARED,
            Qos.Reliability.RELIABLE,
            Qos.Durability.VOLATILE,
            Duration.ZERO,
            LEASE);
    return new World(TopicConfig.builder().qos(qos).build(), PartitionOptions.defaults());
  }

  @Test
  void aSubscriptionBeginsWithWhatComesNext() {
    var world = world();
    var owner = world.owner("a").open();
    owner.store("before");
    var consumer = owner.consume("default", 1, 10);
    owner.store("after");

    assertEquals(List.of("after"), consumer.sink().texts());
  }

  @Test
  void withoutReadersNothingIsHeldBackAndNothingCountsAsLost() {
    var world = world();
    var owner = world.owner("a").open();
    for (int i = 0; i < 20; i++) {
      owner.store("x");
    }
    world.after(Duration.ofMinutes(1));

    assertEquals(List.of(), world.segments());
    assertEquals(0, owner.dropped);
  }

  @Test
  void aSubscriptionEndsSomeTimeAfterItsLastConsumer() {
    var world = world();
    var owner = world.owner("a").open();
    var consumer = owner.consume("default", 1, 0);
    owner.store("one");
    world.after(Duration.ofMinutes(1));
    assertEquals(1, owner.subscription("default").backlog());

    // Who comes back soon has missed nothing.
    consumer.handle().close();
    world.after(LEASE.dividedBy(2));
    var again = owner.consume("default", 2, 10);
    assertEquals(List.of("one"), again.sink().texts());
    again.handle().close();
    world.after(Duration.ofMinutes(1));

    assertEquals(List.of(), owner.partition.stats().subscriptions());
    assertEquals(List.of(), world.segments());
  }

  @Test
  void afterATakeoverConsumersHaveTimeToComeBack() {
    var world = world();
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    owner.consume("gone", 2, 0);
    owner.store("one");

    var next = world.owner("b").open();
    var again = next.consume("default", 1, 10);
    assertEquals(List.of("one"), again.sink().texts());
    world.after(Duration.ofMinutes(1));

    assertEquals(
        List.of("default"),
        next.partition.stats().subscriptions().stream().map(s -> s.name()).toList());
  }
}
