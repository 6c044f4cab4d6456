package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Messages that go from one topic to another: dead letters, and back. */
class DeadLetterTest {
  private static final TopicName DEAD = new TopicName("orders.dead");
  private static final PartitionId DEAD_PARTITION = new PartitionId(DEAD, 0);
  private final QueueException away = QueueException.storeUnavailable("away", null);

  private final World world =
      new World(TopicConfig.builder().maxDeliveries(2).build(), PartitionOptions.defaults());
  private final TestOutlet outlet = new TestOutlet(world);

  private Owner deadLetters() {
    return deadLetters(TopicConfig.defaults());
  }

  private Owner deadLetters(TopicConfig config) {
    world.createTopic(DEAD, config);
    Owner owner = world.owner("dead", DEAD_PARTITION, config).open();
    outlet.owns(DEAD_PARTITION, owner);
    return owner;
  }

  private static List<OffsetRange> range(long first, long count) {
    return List.of(new OffsetRange(first, count));
  }

  private void store(Owner owner, Batch batch) {
    var appended = owner.append(batch);
    world.loop.run();
    appended.value();
  }

  private Recorded<Done> reject(World.TestConsumer consumer, long first, long count) {
    var rejected = new Recorded<Done>();
    consumer.handle().reject(range(first, count), "no such customer", rejected);
    world.loop.run();
    return rejected;
  }

  private static List<Wire.Message> contents(Owner owner) {
    return Wire.messages(owner.consume("look", 1, 1_000).sink());
  }

  @Test
  void aMessageThatWasDeliveredTooOftenGoesToTheDeadLetters() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("poison", "fine"));
    var consumer = owner.consume("default", 1, 10);
    consumer.acknowledge(1, 1);

    consumer.handle().retryLater(range(0, 1));
    assertEquals(List.of("poison", "fine", "poison"), Wire.bodies(consumer.sink()));
    consumer.handle().retryLater(range(0, 1));
    world.loop.run();

    assertEquals(3, consumer.sink().deliveries().stream().mapToInt(Delivery::count).sum());
    Wire.Message letter = contents(dead).get(0);
    assertEquals("poison", letter.body());
    assertEquals("orders", letter.origin("topic"));
    assertEquals("0", letter.origin("partition"));
    assertEquals("0", letter.origin("offset"));
    assertEquals("default", letter.origin("subscription"));
    assertEquals("2", letter.origin("deliveries"));
    assertEquals("delivered 2 times", letter.origin("reason"));
    assertEquals(0, owner.subscription("default").backlog());
    assertEquals(2, owner.subscription("default").floor());
    assertEquals(1, owner.subscription("default").moves().moved());
  }

  @Test
  void aDeadLetterKeepsKeyBodyHeadersAndPriorityButNeitherDelayNorTimeToLive() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    var headers = new TreeMap<>(Map.of("trace", "42", Letter.PREFIX + "reason", "an older one"));
    var message = new Wire.Message("customer-7", "body", headers, 3, 0, 60_000);
    store(owner, Wire.batch(null, 0, List.of(message)));
    var consumer = owner.consume("default", 1, 10);

    assertTrue(reject(consumer, 0, 1).isSuccess());

    Wire.Message letter = contents(dead).get(0);
    assertEquals("customer-7", letter.key());
    assertEquals("body", letter.body());
    assertEquals("42", letter.headers().get("trace"));
    assertEquals("no such customer", letter.origin("reason"));
    assertEquals(3, letter.priority());
    assertEquals(0, letter.timeToLiveMillis());
    assertEquals(0, letter.delayMillis());
  }

  @Test
  void aConsumerThatIsGoneAndALeaseThatEndsCountAsDeliveries() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("poison"));
    owner.consume("default", 1, 10).handle().close();
    owner.consume("default", 2, 10);

    world.after(Duration.ofSeconds(31));

    assertEquals(1, contents(dead).size());
  }

  @Test
  void whatIsRejectedIsConfirmedOnlyWhenItIsStoredAndSentOnlyThen() {
    deadLetters();
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("bad"));
    var consumer = owner.consume("default", 1, 10);
    owner.port.hold();

    var rejected = reject(consumer, 0, 1);
    assertFalse(rejected.isDone());
    assertEquals(0, outlet.appends());

    owner.port.letGo();
    world.loop.run();
    assertTrue(rejected.isSuccess());
    assertEquals(1, outlet.appends());
  }

  @Test
  void onlyTheHolderRejects() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("one"));
    owner.consume("default", 1, 10);
    var other = owner.consume("default", 2, 10);

    assertTrue(reject(other, 0, 1).isSuccess());

    assertEquals(List.of(), contents(dead));
    assertEquals(1, owner.subscription("default").leased());
  }

  @Test
  void aReasonThatIsTooLongIsRefusedAndChangesNothing() {
    deadLetters();
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("one"));
    var consumer = owner.consume("default", 1, 10);
    var refused = new Recorded<Done>();

    consumer.handle().reject(range(0, 1), "x".repeat(257), refused);

    assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
    assertEquals(1, owner.subscription("default").leased());
  }

  @Test
  void whileTheDeadLettersCannotBeReachedTheyWaitAndBlockNobody() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    outlet.refuse(away);
    store(owner, Wire.batch("bad", "good"));
    var consumer = owner.consume("default", 1, 10);
    reject(consumer, 0, 1);
    consumer.acknowledge(1, 1);
    store(owner, Wire.batch("next"));
    consumer.acknowledge(2, 1);
    world.after(Duration.ofSeconds(100));

    assertTrue(Wire.bodies(consumer.sink()).contains("next"));
    assertEquals(
        1, Wire.bodies(consumer.sink()).stream().filter(body -> body.equals("bad")).count());
    var moves = owner.subscription("default").moves();
    assertEquals(1, moves.underWay());
    assertTrue(moves.stuck());
    assertTrue(outlet.appends() < 20, "tries again and again");
    assertEquals(0, owner.partition.stats().firstOffset());

    outlet.refuse(null);
    world.after(Duration.ofSeconds(31));
    assertEquals(1, contents(dead).size());
    assertEquals(0, owner.subscription("default").moves().underWay());
  }

  @Test
  void aTopicThatDoesNotExistIsAskedFor() {
    Owner owner = world.owner("a").open();
    store(owner, Wire.batch("bad"));
    reject(owner.consume("default", 1, 10), 0, 1);
    assertEquals(Set.of(DEAD), outlet.asked());

    Owner dead = deadLetters();
    world.after(Duration.ofSeconds(1));

    assertEquals(1, contents(dead).size());
  }

  @Test
  void atTheBoundFurtherRejectionsAreRefusedAndWhatIsDeadIsNotDelivered() {
    Owner owner = world.owner("a").open();
    outlet.refuse(away);
    int many = Mover.MAX_RANGES + 10;
    for (int i = 0; i < 2 * many; i++) {
      store(owner, Wire.batch("m" + i));
    }
    var consumer = owner.consume("default", 1, 2 * many);
    var outcomes = new ArrayList<Recorded<Done>>();
    // Every second one, so that none can share a range with its neighbour.
    for (int i = 0; i < many; i++) {
      outcomes.add(reject(consumer, 2L * i, 1));
    }
    assertEquals(Mover.MAX_RANGES, outcomes.stream().filter(Recorded::isSuccess).count());
    assertEquals(Reason.LIMIT_EXCEEDED, outcomes.get(many - 1).reason());
    assertEquals(Mover.MAX_RANGES, owner.subscription("default").moves().underWay());
    int delivered = consumer.sink().offsets().size();
    assertEquals(2 * many, delivered);

    // The rest comes back once, and is held back from then on.
    world.after(Duration.ofSeconds(31));
    consumer.handle().credit(100_000);
    world.after(Duration.ofMinutes(5));
    long most =
        consumer.sink().offsets().stream()
            .collect(Collectors.groupingBy(offset -> offset, Collectors.counting()))
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .max()
            .orElseThrow();
    assertEquals(2, most);
  }

  @Test
  void anAnswerThatGotLostDoublesNothing() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    outlet.hold(true);
    store(owner, Wire.batch("bad"));
    reject(owner.consume("default", 1, 10), 0, 1);
    var call = outlet.held().remove(0);
    outlet.arrive(new TestOutlet.Call(call.target(), call.batch(), new Recorded<>()));
    world.loop.run();
    call.done().failed(QueueException.outcomeUnknown("the connection broke"));
    outlet.hold(false);

    world.after(Duration.ofSeconds(5));

    assertEquals(1, contents(dead).size());
    assertEquals(2, outlet.appends());
    assertEquals(1, owner.subscription("default").moves().moved());
  }

  @Test
  void aLateAcknowledgementOfWhatIsUnderWayIsConfirmedAndItArrivesAllTheSame() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    outlet.hold(true);
    store(owner, Wire.batch("bad", "good"));
    var consumer = owner.consume("default", 1, 10);
    reject(consumer, 0, 1);

    var acknowledged = consumer.acknowledge(0, 2);
    world.after(Duration.ofSeconds(5));

    assertTrue(acknowledged.isSuccess());
    assertEquals(0, owner.subscription("default").floor());
    outlet.arrive(outlet.held().remove(0));
    world.after(Duration.ofSeconds(5));
    assertEquals(1, contents(dead).size());
    assertEquals(2, owner.partition.stats().firstOffset());
  }

  @Test
  void aMessageThatTheTopicDoesNotTakeGoesWithoutHeadersOrStays() {
    // 20 bytes are enough for the message, and not for headers; 3 are not enough for anything.
    for (int limit : List.of(20, 3)) {
      var fresh =
          new World(TopicConfig.builder().maxDeliveries(2).build(), PartitionOptions.defaults());
      var way = new TestOutlet(fresh);
      var config = TopicConfig.builder().maxMessageBytes(limit).build();
      fresh.createTopic(DEAD, config);
      Owner dead = fresh.owner("dead", DEAD_PARTITION, config).open();
      way.owns(DEAD_PARTITION, dead);
      Owner owner = fresh.owner("a").open();
      owner.append(Wire.batch("large", "x"));
      fresh.loop.run();
      var consumer = owner.consume("default", 1, 10);
      consumer.handle().reject(range(0, 2), "bad", new Recorded<>());
      fresh.loop.run();

      List<String> arrived = contents(dead).stream().map(Wire.Message::body).toList();

      assertEquals(limit == 20 ? List.of("large", "x") : List.of("x"), arrived);
      fresh.after(Duration.ofSeconds(61));
      assertEquals(limit == 20 ? 0 : 1, owner.subscription("default").backlog());
      assertEquals(limit == 20 ? 2 : 3, consumer.sink().offsets().size());
    }
  }

  @Test
  void aPriorityThatTheTopicDoesNotKnowDoesNotKeepAMessageOut() {
    Owner owner = world.owner("a").open();
    Owner dead = deadLetters();
    var urgent = new Wire.Message("", "urgent", new TreeMap<>(), 9, 0, 0);
    store(owner, Wire.batch(null, 0, List.of(urgent)));
    reject(owner.consume("default", 1, 10), 0, 1);

    assertEquals(List.of("urgent"), contents(dead).stream().map(Wire.Message::body).toList());
  }

  @Test
  void whatIsNoProtobufMessageIsMovedAsItIs() {
    String opaque = "\u007f not a field";
    Letter letter = Letter.of(Messages.frames(List.of(opaque)));

    assertEquals(Optional.empty(), letter.originTopic());
    assertEquals(opaque, Messages.texts(ByteBuffer.wrap(letter.bare())).get(0));
  }

  @Test
  void deadLettersGoBackToWhereTheyCameFromAsTheyWere() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    outlet.owns(World.PARTITION, owner);
    var headers = new TreeMap<>(Map.of("trace", "42"));
    store(owner, Wire.batch(null, 0, List.of(new Wire.Message("k", "one", headers, 0, 0, 0))));
    reject(owner.consume("default", 1, 10), 0, 1);
    var dlq = dead.consume("default", 1, 0);
    dlq.handle().close();
    store(dead, Wire.batch("a stranger"));

    var redriven = new Recorded<Redriven>();
    dead.partition
        .administration()
        .redrive("default", Optional.empty(), Optional.empty(), redriven);
    world.after(Duration.ofSeconds(1));

    assertEquals(new Redriven(1, 1, 0), redriven.value());
    var back = contents(owner);
    assertEquals(List.of("one"), back.stream().map(Wire.Message::body).toList());
    assertEquals(headers, back.get(0).headers());
    assertEquals("k", back.get(0).key());
    assertNull(back.get(0).origin("reason"));
    assertEquals(2, owner.partition.stats().nextOffset());
    assertEquals(1, dead.subscription("default").backlog());
  }

  @Test
  void aRedriveToATopicThatDoesNotExistLeavesEverythingWhereItIs() {
    Owner dead = deadLetters();
    store(dead, Wire.batch("one", "two"));
    dead.consume("default", 1, 0).handle().close();

    var redriven = new Recorded<Redriven>();
    dead.partition
        .administration()
        .redrive("default", Optional.empty(), Optional.of(new TopicName("nowhere")), redriven);
    world.after(Duration.ofSeconds(1));

    assertEquals(new Redriven(0, 0, 2), redriven.value());
    assertEquals(2, dead.subscription("default").backlog());
    assertEquals(Set.of(), outlet.asked());
    assertEquals(List.of("one", "two"), Wire.bodies(dead.consume("default", 2, 10).sink()));
  }

  @Test
  void aRedriveOfPartOfALargeBacklogMovesThatPart() {
    Owner dead = deadLetters();
    Owner owner = world.owner("a").open();
    outlet.owns(World.PARTITION, owner);
    for (int i = 0; i < 60; i++) {
      var bodies = new String[100];
      Arrays.setAll(bodies, n -> "m" + n);
      store(dead, Wire.batch(bodies));
    }
    dead.consume("default", 1, 0).handle().close();

    var redriven = new Recorded<Redriven>();
    var second = new Recorded<Redriven>();
    var administration = dead.partition.administration();
    administration.redrive(
        "default", Optional.of(new OffsetRange(50, 5_000)), Optional.of(World.TOPIC), redriven);
    administration.redrive("default", Optional.empty(), Optional.of(World.TOPIC), second);
    assertEquals(Reason.SUBSCRIPTION_BUSY, second.reason());
    world.after(Duration.ofSeconds(10));

    assertEquals(new Redriven(5_000, 0, 0), redriven.value());
    assertEquals(1_000, dead.subscription("default").backlog());
    assertEquals(5_000, owner.partition.stats().nextOffset());
  }
}
