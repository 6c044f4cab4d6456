package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topics that keep the last messages of each key. */
class KeyHistoryTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  private static World world(int last) {
    var config = TopicConfig.builder().keepLastPerKey(last).build();
    return new World(config, PartitionOptions.defaults());
  }

  private static void store(World world, Owner owner, String... texts) {
    var appended = new Recorded<Appended>();
    owner.partition.append(Messages.keyed(texts), appended);
    world.loop.run();
    appended.value();
  }

  private static List<Long> offsets(Owner owner, String subscription) {
    return owner.consume(subscription, 1, 10_000).sink().offsets();
  }

  /** Forty rounds of a, b and c, and one early message of d. */
  private static Owner rounds(World world) {
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    store(world, owner, "d=0");
    for (int i = 0; i < 40; i++) {
      store(world, owner, "a=" + i, "b=" + i, "c=" + i);
    }
    return owner;
  }

  @Test
  void theLastOfEachKeyAreLeftWhetherOrNotTheyWereAcknowledged() {
    var world = world(2);
    var owner = rounds(world);
    owner.acknowledge("default", 0, 118);

    world.after(LONG_ENOUGH);

    assertTrue(world.segments().size() <= 12, "left: " + world.segments());
    assertEquals(List.of(0L, 115L, 116L, 117L, 118L, 119L, 120L), offsets(owner, "late"));
    assertEquals(List.of(118L, 119L, 120L), offsets(owner, "default"));
    assertEquals(0, owner.partition.stats().dropped());

    var successor = world.owner("b").open();
    world.after(LONG_ENOUGH);
    assertEquals(List.of(0L, 115L, 116L, 117L, 118L, 119L, 120L), offsets(successor, "later"));
  }

  @Test
  void supersededMessagesAreDroppedUnreadAndCounted() {
    var world = world(1);
    var owner = rounds(world);

    world.after(LONG_ENOUGH);

    assertEquals(4, owner.subscription("default").backlog());
    assertEquals(List.of(0L, 118L, 119L, 120L), offsets(owner, "default"));
    assertEquals(117, owner.partition.stats().dropped());
    assertEquals(117, owner.dropped);
    assertEquals(4, owner.partition.stats().retainedMessages());
  }

  @Test
  void messagesWithoutAKeyLiveAsLongAsSomebodyWantsThem() {
    var world = world(1);
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < 40; i++) {
      store(world, owner, "=" + i, "k=" + i);
    }
    world.after(LONG_ENOUGH);
    assertEquals(41, owner.partition.stats().retainedMessages());

    owner.acknowledge("default", 0, 80);
    // Makes it worth to write what is left.
    for (int i = 0; i < 20; i++) {
      store(world, owner, "k=" + i);
    }
    world.after(LONG_ENOUGH);

    assertEquals(1, owner.partition.stats().retainedMessages());
    assertEquals(List.of(99L), offsets(owner, "late"));
  }

  @Test
  void aFrontOfWhichNothingIsLeftIsDeleted() {
    var world = world(1);
    var owner = world.owner("a").open();
    owner.consume("default", 1, 0);
    for (int i = 0; i < 60; i++) {
      store(world, owner, "k=" + i);
    }
    owner.acknowledge("default", 0, 60);

    world.after(LONG_ENOUGH);

    assertTrue(world.segments().size() <= 2);
    assertEquals(1, owner.partition.stats().retainedMessages());
  }

  @Test
  void aTakeoverCountsTheKeysOfWhatIsStored() {
    var world = world(1);
    var owner = rounds(world);
    owner.port.hold();
    var successor = world.owner("b").open();

    world.after(LONG_ENOUGH);

    assertEquals(List.of(0L, 118L, 119L, 120L), offsets(successor, "default"));
  }

  @Test
  void aCompactionByKeyIsFoundOrRepeatedWhateverBecameOfIt() {
    for (boolean applied : List.of(true, false)) {
      var world = world(1);
      var owner = rounds(world);
      owner.port.hold();
      world.after(Duration.ofSeconds(3));
      assertEquals(1, owner.port.pendingRequests());
      owner.port.loseConnection(i -> applied);
      owner.port.letGo();
      world.after(LONG_ENOUGH);

      assertNull(owner.whyLost());
      assertEquals(117, owner.dropped);
      assertEquals(List.of(0L, 118L, 119L, 120L), offsets(owner, "default"));
      assertEquals(List.of(0L, 118L, 119L, 120L), offsets(world.owner("b").open(), "later"));
    }
  }

  // ---- The bound.

  private static final class Fixture {
    final Log log = new Log(0);
    final KeyHistory history;
    final List<Segment> segments = new ArrayList<>();

    Fixture(int last, long maxCostBytes) {
      history = new KeyHistory(last, log, maxCostBytes);
    }

    Segment add(String... texts) throws QueueException {
      var batch = Messages.keyed(texts);
      var frames = Frames.index(batch.messages(), texts.length, 1_000, 9);
      var append = new PendingAppend(batch, frames, null, 0, new Recorded<>());
      var encoded = SegmentCodec.encode(new Epoch(1), log.nextOffset(), 0, false, List.of(append));
      var segment = new Segment(encoded.name(0, log.nextOffset(), texts.length));
      log.add(segment);
      history.add(segment, encoded.body());
      segments.add(segment);
      return segment;
    }
  }

  private static ByteBuffer key(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void countsWhatIsSupersededInEachSegment() throws Exception {
    var fixture = new Fixture(2, 1 << 20);
    var first = fixture.add("a=1", "a=2", "b=1", "=0");
    var second = fixture.add("a=3", "a=4", "a=5");

    assertEquals(2, first.superseded());
    assertEquals(1, first.keyless());
    assertEquals(1, second.superseded());
    assertTrue(fixture.history.isSuperseded(key("a"), 4));
    assertFalse(fixture.history.isSuperseded(key("a"), 5));
    assertFalse(fixture.history.isSuperseded(key("b"), 2));
  }

  @Test
  void theOrderInWhichSegmentsAreReadDoesNotMatter() throws Exception {
    var forward = new Fixture(2, 1 << 20);
    forward.add("a=1", "b=1");
    forward.add("a=2", "a=3");
    forward.add("b=2", "a=4");
    var backward = new KeyHistory(2, forward.log, 1 << 20);
    var expected = forward.segments.stream().map(Segment::superseded).toList();
    for (int i = 2; i >= 0; i--) {
      var segment = forward.segments.get(i);
      String[][] texts = {{"a=1", "b=1"}, {"a=2", "a=3"}, {"b=2", "a=4"}};
      var again = new Fixture(2, 1 << 20);
      var batch = Messages.keyed(texts[i]);
      var frames = Frames.index(batch.messages(), 2, 1_000, 9);
      var append = new PendingAppend(batch, frames, null, 0, new Recorded<>());
      assertEquals(0, again.log.nextOffset());
      backward.add(
          segment,
          SegmentCodec.encode(new Epoch(1), segment.first(), 0, false, List.of(append)).body());
    }
    assertEquals(expected, forward.segments.stream().map(Segment::superseded).toList());
  }

  @Test
  void keysBeyondTheBoundAreNotTrackedAndSaidSo() throws Exception {
    var fixture = new Fixture(1, 1_000);
    var texts = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      texts.add("key" + i + "=x");
    }
    var segment = fixture.add(texts.toArray(new String[0]));

    assertTrue(fixture.history.untracked() > 90);
    assertEquals(fixture.history.untracked(), segment.keyless());
    assertTrue(fixture.history.isTracked(key("key0")));
    assertFalse(fixture.history.isTracked(key("key99")));

    // Room comes back with the messages.
    fixture.log.trim(100);
    long before = fixture.history.untracked();
    fixture.add("key99=y");
    assertEquals(before, fixture.history.untracked());
    assertTrue(fixture.history.isTracked(key("key99")));
  }

  @Test
  void aHistoryThatOutgrowsTheBoundIsGivenUp() throws Exception {
    var fixture = new Fixture(1_000, 500);
    for (int i = 0; i < 200; i++) {
      fixture.add("a=" + i);
    }
    assertTrue(fixture.history.untracked() > 0);
    assertFalse(fixture.history.isSuperseded(key("a"), 0));
  }

  // ---- Finding the key.

  private static ByteBuffer frame(int... bytes) {
    var frame = ByteBuffer.allocate(bytes.length + 2).put((byte) 0x0A).put((byte) bytes.length);
    for (int b : bytes) {
      frame.put((byte) b);
    }
    return frame.flip();
  }

  @Test
  void theKeyIsFoundAmongOtherFields() {
    assertEquals(key("k"), MessageKeys.key(frame(0x0A, 1, 'k')));
    assertEquals(
        key("k"),
        MessageKeys.key(
            frame(
                0x20, 0x96, 1, 0x12, 2, 0x0A, 7, 0x0A, 1, 'k', 0x3D, 1, 2, 3, 4, 0x19, 1, 2, 3, 4,
                5, 6, 7, 8)));
    assertNull(MessageKeys.key(frame()));
    assertNull(MessageKeys.key(frame(0x0A, 0)));
    assertNull(MessageKeys.key(frame(0x12, 1, 'k')));
  }

  @Test
  void whatIsNoEncodedMessageHasNoKey() {
    assertNull(MessageKeys.key(frame(0x0A, 5, 'k')));
    assertNull(MessageKeys.key(frame(0x0A, 1, 'k', 0x0C)));
    assertNull(MessageKeys.key(frame(0x0A, 1, 'k', 0x20)));
    assertNull(
        MessageKeys.key(frame(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1)));
  }
}
