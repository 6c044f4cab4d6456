package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is heard in a topic whose publishers are exclusive, and what the others are told. */
class OwnershipTest {
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final ProducerId WEAK = new ProducerId(0, 1);
  private static final ProducerId STRONG = new ProducerId(0, 2);
  private static final ProducerId OTHER = new ProducerId(0, 3);

  private final World world = world(qos());

  private static Qos qos() {
    return new Qos(
        Qos.Ownership.EXCLUSIVE,
        Qos.Reliability.RELIABLE,
        Qos.Durability.PERSISTENT,
        Duration.ZERO,
        LEASE);
  }

  private static World world(Qos qos) {
    return new World(TopicConfig.builder().qos(qos).build(), PartitionOptions.defaults());
  }

  /** A publisher at one owner. */
  private final class Voice {
    private final World world;
    private final ProducerId id;
    private final Owner owner;
    private final PublisherHandle handle;
    private long next = 1;

    Voice(World world, Owner owner, ProducerId id, int strength) throws QueueException {
      this.world = world;
      this.id = id;
      this.owner = owner;
      this.handle = owner.partition.attach(PublisherSpec.of(id).withStrength(strength));
    }

    Voice(Owner owner, ProducerId id, int strength) throws QueueException {
      this(OwnershipTest.this.world, owner, id, strength);
    }

    Voice after(long lastSequence) {
      next = lastSequence + 1;
      return this;
    }

    Recorded<Appended> send(String... texts) throws QueueException {
      handle.alive();
      var sent = owner.append(Messages.keyed(id, next, texts));
      next += texts.length;
      return sent;
    }

    Appended say(String... texts) throws QueueException {
      var sent = send(texts);
      world.loop.run();
      return sent.value();
    }

    boolean isHeard(String text) throws QueueException {
      return say(text).notHeard().isEmpty();
    }
  }

  private static SequenceRange sequences(long first, long count) {
    return new SequenceRange(first, count);
  }

  // ---- Who is heard.

  @Test
  void theStrongerIsHeardAndTheWeakerIsToldSo() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    var strong = new Voice(owner, STRONG, 2);

    assertEquals(new Appended(OptionalLong.of(0)), weak.say("k=w1"));
    assertEquals(new Appended(OptionalLong.of(1)), strong.say("k=s1"));
    assertEquals(new Appended(OptionalLong.empty(), List.of(sequences(2, 1))), weak.say("k=w2"));
    assertTrue(strong.isHeard("k=s2"));

    assertEquals(List.of("w1", "s1", "s2"), owner.contents());
    assertEquals(1, owner.partition.stats().publishing().notHeard());
    assertEquals(2, owner.partition.stats().publishing().publishers());
    assertEquals(1, owner.partition.stats().publishing().keys());
  }

  @Test
  void ofEqualsTheFirstIsHeard() throws QueueException {
    var owner = world.owner("a").open();
    var first = new Voice(owner, WEAK, 5);
    var second = new Voice(owner, OTHER, 5);

    assertTrue(first.isHeard("k=1"));
    assertFalse(second.isHeard("k=2"));
    assertTrue(first.isHeard("k=3"));
  }

  @Test
  void eachKeyHasItsOwnPublisherAndSoHaveMessagesWithoutKey() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    var strong = new Voice(owner, STRONG, 2);
    strong.say("x=s");
    strong.say("=s");

    assertTrue(weak.isHeard("y=w"));
    assertFalse(weak.isHeard("x=w"));
    assertFalse(weak.isHeard("=w"));
  }

  @Test
  void aMixedBatchIsHeardInPart() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    new Voice(owner, STRONG, 2).say("x=s");

    var answer = weak.say("x=1", "y=2", "x=3", "x=4", "z=5");

    assertEquals(List.of(sequences(1, 1), sequences(3, 2)), answer.notHeard());
    assertEquals(OptionalLong.of(2), answer.lastOffset());
    assertEquals(List.of("s", "2", "5"), owner.contents());
  }

  @Test
  void strengthCanBeChangedByARunningPublisher() throws QueueException {
    var owner = world.owner("a").open();
    var one = new Voice(owner, WEAK, 1);
    var two = new Voice(owner, STRONG, 2);
    two.say("k=a");

    one.handle.changeStrength(3);
    assertTrue(one.isHeard("k=b"));
    assertFalse(two.isHeard("k=c"));
    one.handle.changeStrength(0);
    assertTrue(two.isHeard("k=d"));
    assertEquals(
        Reason.INVALID_ARGUMENT,
        assertThrows(QueueException.class, () -> one.handle.changeStrength(-1)).reason());
  }

  @Test
  void whoLeavesFreesItsKeysAtOnce() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    var strong = new Voice(owner, STRONG, 2);
    strong.say("k=s");

    strong.handle.close();

    assertTrue(weak.isHeard("k=w"));
  }

  @Test
  void whoVanishesHasItsLease() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    var strong = new Voice(owner, STRONG, 2);
    strong.say("k=s");

    world.after(LEASE.minusMillis(100));
    assertFalse(weak.isHeard("k=1"));
    strong.handle.alive();
    world.after(LEASE.minusMillis(100));
    assertFalse(weak.isHeard("k=2"));
    world.after(LEASE.dividedBy(4).plusMillis(200));
    assertTrue(weak.isHeard("k=3"));

    // It was only paused: it is the stronger still.
    assertTrue(strong.isHeard("k=t"));
    assertFalse(weak.isHeard("k=4"));
  }

  @Test
  void anOwnerThatSleptTakesNobodyForGone() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    new Voice(owner, STRONG, 2).say("k=s");

    world.loop.sleep(LEASE.multipliedBy(3));
    world.after(Duration.ofMillis(1));

    assertFalse(weak.isHeard("k=1"));
  }

  @Test
  void aSecondStreamOfAPublisherTakesThePlaceOfTheFirst() throws QueueException {
    var owner = world.owner("a").open();
    var weak = new Voice(owner, WEAK, 1);
    var old = new Voice(owner, STRONG, 2);
    old.say("k=s");
    var fresh = new Voice(owner, STRONG, 3).after(1);

    old.handle.close();

    assertFalse(weak.isHeard("k=w"));
    assertTrue(fresh.isHeard("k=t"));
  }

  @Test
  void aPublisherWithoutAStreamHasNoStrength() throws QueueException {
    var owner = world.owner("a").open();
    var answer = owner.append(Messages.keyed(OTHER, 1, "k=1"));
    world.loop.run();
    assertEquals(List.of(), answer.value().notHeard());

    assertTrue(new Voice(owner, WEAK, 1).isHeard("k=2"));
    answer = owner.append(Messages.keyed(OTHER, 2, "k=3"));
    world.loop.run();
    assertEquals(List.of(sequences(2, 1)), answer.value().notHeard());
    assertEquals(Reason.INVALID_ARGUMENT, owner.append(Messages.keyed("k=4")).reason());
  }

  @Test
  void whatWasMovedHereIsNotJudgedAgain() throws QueueException {
    var owner = world.owner("a").open();
    var strong = new Voice(owner, STRONG, 2);
    strong.say("k=s");
    Batch batch = Messages.keyed(OTHER, 1, "k=redriven", "j=redriven");
    var moved =
        owner.append(new Batch(batch.producer(), 1, batch.count(), batch.messages(), true, 0));
    world.loop.run();

    assertEquals(new Appended(OptionalLong.of(2)), moved.value());
    assertTrue(new Voice(owner, WEAK, 1).isHeard("j=w"));
  }

  // ---- Repeats.

  @Test
  void aRepeatGetsTheSameAnswer() throws QueueException {
    var owner = world.owner("a").open();
    var strong = new Voice(owner, STRONG, 2);
    strong.say("x=s");
    var weak = new Voice(owner, WEAK, 1);
    var first = weak.say("x=1", "y=2");
    var second = weak.say("x=3");
    strong.handle.close();

    assertEquals(first.notHeard(), weak.after(0).say("x=1", "y=2").notHeard());
    assertEquals(second.notHeard(), weak.say("x=3").notHeard());
    assertEquals(List.of("s", "2"), owner.contents());
  }

  @Test
  void aRepeatOfWhatIsOnItsWayWaitsForTheSameAnswer() throws QueueException {
    var owner = world.owner("a").open();
    new Voice(owner, STRONG, 2).say("x=s");
    var weak = new Voice(owner, WEAK, 1);
    owner.port.hold();
    weak.send("x=1", "y=2");
    weak.send("x=3");
    var again = weak.after(0).send("x=1", "y=2");
    var last = weak.send("x=3");
    world.loop.run();
    assertFalse(again.isDone());

    owner.port.letGo();
    world.loop.run();

    assertEquals(List.of(sequences(1, 1)), again.value().notHeard());
    assertEquals(List.of(sequences(3, 1)), last.value().notHeard());
  }

  @Test
  void theNextOwnerGivesRepeatsTheSameAnswer() throws QueueException {
    for (boolean deleted : new boolean[] {false, true}) {
      var place = world(qos());
      var owner = place.owner("a").open();
      var reader = owner.consume("default", 1, 100);
      new Voice(place, owner, STRONG, 2).say("x=s");
      var weak = new Voice(place, owner, WEAK, 1);
      weak.say("x=1", "y=2", "x=3");
      weak.say("y=4");
      if (deleted) {
        reader.acknowledge(0, 3);
        place.after(Duration.ofMinutes(1));
        assertEquals(List.of(), place.segments());
      }

      var next = place.owner("b").open();
      place.loop.run();
      var again = new Voice(place, next, WEAK, 1);

      assertEquals(
          List.of(sequences(1, 1), sequences(3, 1)), again.say("x=1", "y=2", "x=3").notHeard());
      assertEquals(List.of(), again.say("y=4").notHeard());
    }
  }

  @Test
  void anAnswerThatIsForgottenIsNotMadeUp() throws QueueException {
    var memory = new HeardMessages();
    var one = new java.util.BitSet();
    one.set(1);
    for (int i = 0; i < 5_000; i++) {
      memory.add(WEAK, 2L * i, new Heard(2, one), -1);
    }
    assertEquals(List.of(sequences(9_999, 1)), memory.notHeard(WEAK, 9_998, 10_000));
    assertEquals(
        Reason.OUTCOME_UNKNOWN,
        assertThrows(QueueException.class, () -> memory.notHeard(WEAK, 0, 2)).reason());
    assertEquals(
        Reason.OUTCOME_UNKNOWN,
        assertThrows(QueueException.class, () -> memory.notHeard(OTHER, 0, 2)).reason());
  }

  // ---- The order of the log, and failures.

  @Test
  void notHeardIsOnlySaidBehindAFencedCommit() throws QueueException {
    var owner = world.owner("a").open();
    new Voice(owner, STRONG, 2).say("k=s");
    var weak = new Voice(owner, WEAK, 1);
    owner.port.hold();
    var answer = weak.send("k=w");
    world.loop.run();
    assertFalse(answer.isDone());

    world.owner("b").open();
    owner.port.letGo();
    world.loop.run();

    assertEquals(Reason.NOT_OWNER, answer.reason());
  }

  @Test
  void aLostConnectionChangesNoAnswer() throws QueueException {
    for (boolean tookEffect : new boolean[] {true, false}) {
      var place = world(qos());
      var owner = place.owner("a").open();
      new Voice(place, owner, STRONG, 2).say("x=s");
      var weak = new Voice(place, owner, WEAK, 1);
      owner.port.hold();
      var mixed = weak.send("x=1", "y=2");
      var dropped = weak.send("x=3");
      place.loop.run();
      owner.port.loseConnection(i -> tookEffect);
      owner.port.letGo();
      place.after(Duration.ofSeconds(2));

      assertEquals(List.of(sequences(1, 1)), mixed.value().notHeard());
      assertEquals(List.of(sequences(3, 1)), dropped.value().notHeard());
      assertEquals(List.of("s", "2"), owner.contents());
    }
  }

  @Test
  void theNextOwnerKeepsTheKeysForThosePublishersWhoMayComeBack() throws QueueException {
    for (boolean deleted : new boolean[] {false, true}) {
      var place = world(qos());
      var owner = place.owner("a").open();
      var reader = owner.consume("default", 1, 100);
      new Voice(place, owner, WEAK, 1).say("k=w");
      new Voice(place, owner, STRONG, 2).say("k=s");
      if (deleted) {
        reader.acknowledge(0, 2);
        place.after(Duration.ofSeconds(3));
        assertEquals(List.of(), place.segments());
      }

      var next = place.owner("b").open();
      place.loop.run();
      var weak = new Voice(place, next, WEAK, 1).after(1);

      assertFalse(weak.isHeard("k=1"), "deleted: " + deleted);
      assertTrue(weak.isHeard("j=1"));
      assertTrue(new Voice(place, next, STRONG, 2).after(1).isHeard("k=t"));
      place.after(LEASE.multipliedBy(2));
      assertTrue(weak.isHeard("k=2"));
    }
  }

  @Test
  void theNextOwnerKnowsAChangedStrength() throws QueueException {
    var owner = world.owner("a").open();
    var strong = new Voice(owner, STRONG, 1);
    strong.say("k=a");
    strong.handle.changeStrength(7);
    strong.say("k=b");

    var next = world.owner("b").open();
    world.loop.run();

    assertFalse(new Voice(next, OTHER, 6).isHeard("k=c"));
    assertTrue(new Voice(next, WEAK, 8).isHeard("k=d"));
  }

  @Test
  void ofEqualsTheFirstIsHeardByTheNextOwnerToo() throws QueueException {
    var owner = world.owner("a").open();
    new Voice(owner, WEAK, 3).say("k=a");

    var next = world.owner("b").open();
    world.loop.run();

    assertFalse(new Voice(next, OTHER, 3).isHeard("k=b"));
    assertTrue(new Voice(next, WEAK, 3).after(1).isHeard("k=c"));
  }

  // ---- Bounds.

  @Test
  void keysAreBoundedAndThoseOfNobodyMakeRoom() throws QueueException {
    var owner = world.owner("a").open();
    var hoarder = new Voice(owner, STRONG, 2);
    for (int i = 0; i < KeyOwners.MAX_KEYS; i += 1_024) {
      int from = i;
      hoarder.say(
          IntStream.range(from, from + 1_024).mapToObj(k -> k + "=x").toArray(String[]::new));
    }
    assertEquals(KeyOwners.MAX_KEYS, owner.partition.stats().publishing().keys());

    var other = new Voice(owner, WEAK, 9);
    var refused = other.send("new=1");
    assertEquals(Reason.LIMIT_EXCEEDED, refused.reason());
    assertTrue(other.after(0).isHeard("17=mine"));
    hoarder.handle.close();
    assertTrue(other.isHeard("new=2"));
    assertEquals(2, owner.partition.stats().publishing().keys());
  }

  @Test
  void publishersAreBounded() throws QueueException {
    var owner = world.owner("a").open();
    for (int i = 0; i < Publishers.MAX_PUBLISHERS; i++) {
      var unused = new Voice(owner, new ProducerId(1, i), 1);
    }
    assertEquals(
        Reason.LIMIT_EXCEEDED,
        assertThrows(QueueException.class, () -> new Voice(owner, WEAK, 1)).reason());
    world.after(LEASE.multipliedBy(2));
    assertTrue(new Voice(owner, WEAK, 1).isHeard("k=1"));
  }

  @Test
  void aBatchOfTheWorstKindFitsASegment() throws QueueException {
    var owner = world.owner("a").open();
    new Voice(owner, STRONG, 2).say("a=s");
    var weak = new Voice(owner, WEAK, 1);
    var texts = new ArrayList<String>();
    int each = Batch.MAX_BYTES / (2 + 3 + 2);
    for (int i = 0; i < each; i++) {
      texts.add(i % 2 == 0 ? "a=" : "b=");
    }

    var answer = weak.say(texts.toArray(String[]::new));

    assertEquals(each / 2 + each % 2, answer.notHeard().size());
    assertEquals(1 + each / 2, owner.partition.stats().nextOffset());
    var next = world.owner("b").open();
    world.loop.run();
    assertEquals(1 + each / 2, next.partition.stats().nextOffset());
  }
}
