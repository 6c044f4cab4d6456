package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Messages.TestMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a partition reads of a message, and how it takes what is no message. */
class MessageScannerTest {
  private static MessageScanner scan(byte[] message) throws QueueException {
    var scanner = new MessageScanner(TopicConfig.MAX_PRIORITY);
    scanner.scan(ByteBuffer.wrap(message), 0, message.length, 0);
    return scanner;
  }

  private static String refusedField(byte[] message) {
    var failure = assertThrows(QueueException.class, () -> scan(message));
    assertEquals(QueueException.Reason.INVALID_ARGUMENT, failure.reason());
    return String.valueOf(failure.details().get("field"));
  }

  private static byte[] number(int field, long value) {
    var out = new ByteArrayOutputStream();
    Messages.putNumber(out, field, value);
    return out.toByteArray();
  }

  @Test
  void readsAttributesAndNothingOfTheMessageBefore() throws Exception {
    var message =
        TestMessage.of("body")
            .key("k")
            .priority(999)
            .delay(Duration.ofDays(1))
            .timeToLive(Duration.ofMillis(1));
    var scanner = scan(message.encode());
    assertEquals(999, scanner.priority());
    assertEquals(86_400_000, scanner.delayMillis());
    assertEquals(1, scanner.timeToLiveMillis());
    assertTrue(scanner.hasKey());
    assertFalse(scanner.isPlain());

    byte[] plain = TestMessage.of("body").encode();
    scanner.scan(ByteBuffer.wrap(plain), 0, plain.length, 0);

    assertTrue(scanner.isPlain());
    assertFalse(scanner.hasKey());
  }

  @Test
  void equalKeysHaveEqualHashes() throws Exception {
    byte[] one = TestMessage.of("one").key("key").encode();
    byte[] two = TestMessage.of("another").priority(3).key("key").encode();
    byte[] other = TestMessage.of("one").key("kez").encode();
    assertEquals(scan(one).keyHash(ByteBuffer.wrap(one)), scan(two).keyHash(ByteBuffer.wrap(two)));
    assertNotEquals(
        scan(one).keyHash(ByteBuffer.wrap(one)), scan(other).keyHash(ByteBuffer.wrap(other)));
  }

  @Test
  void skipsFieldsThatItDoesNotKnow() throws Exception {
    var out = new ByteArrayOutputStream();
    Messages.putNumber(out, 7, Long.MAX_VALUE);
    Messages.putBytes(out, 3, new byte[300]);
    out.writeBytes(new byte[] {8 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 9 << 3 | 5, 1, 2, 3, 4});
    Messages.putNumber(out, 4, 8);
    assertEquals(8, scan(out.toByteArray()).priority());
    assertTrue(scan(new byte[0]).isPlain());
  }

  @Test
  void namesTheFieldThatIsOutOfRange() {
    assertEquals("priority", refusedField(number(4, 1_000)));
    assertEquals("priority", refusedField(number(4, -1)));
    assertEquals("delay_ms", refusedField(number(5, MessageScanner.MAX_MILLIS + 1)));
    assertEquals("delay_ms", refusedField(number(5, -1)));
    assertEquals("time_to_live_ms", refusedField(number(6, Long.MIN_VALUE)));
  }

  @Test
  void refusesWhatIsNoMessage() {
    for (byte[] bad :
        List.of(
            new byte[] {0, 0},
            new byte[] {4 << 3},
            new byte[] {4 << 3, -1},
            new byte[] {2 << 3 | 2, 5, 1},
            new byte[] {2 << 3 | 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {8 << 3 | 1, 1, 2},
            new byte[] {9 << 3 | 5, 1},
            new byte[] {3 << 3 | 3},
            new byte[] {4 << 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})) {
      assertEquals("messages", refusedField(bad), Arrays.toString(bad));
    }
  }

  @Test
  void whateverTheBytesItRefusesOrReadsThem() {
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      var bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      try {
        var scanner = scan(bytes);
        assertTrue(scanner.priority() <= TopicConfig.MAX_PRIORITY, "seed " + seed);
      } catch (QueueException e) {
        assertEquals(QueueException.Reason.INVALID_ARGUMENT, e.reason(), "seed " + seed);
      }
    }
  }

  @Test
  void theIndexOfASegmentAgreesWithItsMessagesAndTakesFewBytesOfEach() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      boolean uniform = random.nextInt(4) == 0;
      int count = 1 + random.nextInt(300);
      var messages =
          IntStream.range(0, count)
              .mapToObj(i -> random(uniform ? new Random(1) : random))
              .toList();
      Batch batch = Messages.batchOf(messages);
      var frames = Frames.index(batch.messages(), count, 1_000, TopicConfig.MAX_PRIORITY);
      var body =
          new Body(0, batch.messages().array(), frames.starts(), 1_000_000, frames.plain(), null);

      var index = SegmentIndex.of(body, count, 5_000);

      for (int i = 0; i < count; i++) {
        TestMessage message = messages.get(i);
        long delay = message.delay().toMillis();
        long life = message.timeToLive().toMillis();
        assertEquals(message.priority(), index.priority(i));
        assertEquals(delay == 0 ? 0 : 1_000_000 + delay, index.dueMillis(i));
        assertEquals(1_000_000 + (life == 0 ? 5_000 : life), index.expiryMillis(i));
        int priority = random.nextInt(12);
        int from = i;
        assertEquals(
            IntStream.range(from, count)
                .filter(k -> messages.get(k).priority() == priority)
                .findFirst()
                .orElse(count),
            index.next(priority, from),
            "seed " + seed);
      }
      assertEquals(
          messages.stream().map(TestMessage::priority).distinct().sorted().toList(),
          IntStream.of(index.priorities()).boxed().sorted().toList());
      if (!index.due().areEqual()) {
        long[] times =
            IntStream.range(0, index.due().size())
                .mapToLong(i -> index.due().at(index.due().message(i)))
                .toArray();
        assertEquals(messages.stream().filter(m -> !m.delay().isZero()).count(), times.length);
        assertEquals(
            Arrays.stream(times).sorted().boxed().toList(), Arrays.stream(times).boxed().toList());
      }
      assertTrue(index.memoryBytes() <= 40L * count + 100, "seed " + seed);
    }
  }

  private static TestMessage random(Random random) {
    var message = TestMessage.of("m");
    if (random.nextInt(3) == 0) {
      message = message.priority(random.nextInt(10));
    }
    if (random.nextInt(3) == 0) {
      message = message.delay(Duration.ofMillis(random.nextInt(1_000)));
    }
    if (random.nextInt(3) == 0) {
      message = message.timeToLive(Duration.ofMillis(random.nextInt(1_000)));
    }
    return message;
  }
}
