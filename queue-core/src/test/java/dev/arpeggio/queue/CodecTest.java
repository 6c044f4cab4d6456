package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is stored reads as it was written, and is recognised when it does not. */
class CodecTest {
  private static final ProducerId PRODUCER = new ProducerId(-1, 7);
  private static final int SEGMENT_BYTES =
      SegmentCodec.HEADER_BYTES + SegmentCodec.ENTRY_BYTES + 13 + 4 + 306;
  private static final SegmentName NAME = name(100, 3, 3);
  private static final Epoch EPOCH = new Epoch(4);

  private static SegmentName name(long first, int span, int count) {
    return new SegmentName(0, first, span, count, SEGMENT_BYTES);
  }

  private static PendingAppend append(Batch batch) throws QueueException {
    var frames = index(batch.messages(), batch.count(), TopicConfig.MAX_MESSAGE_BYTES);
    return new PendingAppend(batch, frames, null, 0, new Recorded<>());
  }

  private static Frames index(java.nio.ByteBuffer frames, int count, int maxMessageBytes)
      throws QueueException {
    return Frames.index(frames, count, maxMessageBytes, TopicConfig.MAX_PRIORITY);
  }

  private static byte[] segment() throws QueueException {
    var appends =
        List.of(
            append(Messages.batch("anonymous")),
            append(Messages.batch(PRODUCER, 41, List.of("", "x".repeat(300)))));
    return SegmentCodec.encode(EPOCH, 100, 1_234, false, appends).content();
  }

  @Test
  void aSegmentKeepsMessagesProducersAndTime() throws Exception {
    var decoded = SegmentCodec.decode("/s", NAME, EPOCH, segment());

    assertEquals(List.of(new SegmentCodec.Entry(PRODUCER, 41, 2, 1)), decoded.entries());
    assertEquals(1_234, decoded.body().commitTimeMillis());
    assertEquals(
        List.of("anonymous", "", "x".repeat(300)), Messages.texts(decoded.body().slice(0, 3)));
    assertEquals(List.of(""), Messages.texts(decoded.body().slice(1, 1)));
  }

  @Test
  void everyChangedByteAndEveryCutOfASegmentIsNoticed() throws Exception {
    byte[] good = segment();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      var failure =
          assertThrows(QueueException.class, () -> SegmentCodec.decode("/s", NAME, EPOCH, bad));
      assertEquals(Reason.STORE_CORRUPT, failure.reason());
      assertEquals("/s", failure.details().get("path"));
      byte[] cut = java.util.Arrays.copyOf(good, i);
      assertThrows(QueueException.class, () -> SegmentCodec.decode("/s", NAME, EPOCH, cut));
    }
  }

  @Test
  void aSegmentOfAnotherPlaceOrALaterEpochIsForeign() throws Exception {
    byte[] good = segment();
    for (var name : List.of(name(101, 3, 3), name(100, 2, 2))) {
      assertThrows(QueueException.class, () -> SegmentCodec.decode("/s", name, EPOCH, good));
    }
    assertThrows(QueueException.class, () -> SegmentCodec.decode("/s", NAME, new Epoch(3), good));
  }

  private static SegmentCodec.Encoded withGaps(boolean compressed, int span) {
    var gaps = new Body.Gaps(new int[] {1, 2, 9}, new long[] {50, 50, 70});
    var frames =
        List.of(
            Messages.frames(List.of("b".repeat(100))),
            Messages.frames(List.of("c")),
            Messages.frames(List.of("")));
    return SegmentCodec.encode(EPOCH, 100, span, 70, compressed, gaps, frames);
  }

  @Test
  void aSegmentWithGapsKeepsEachMessagesOffsetAndTime() throws Exception {
    for (boolean compressed : List.of(false, true)) {
      var encoded = withGaps(compressed, 12);
      var name = encoded.name(0, 100, 12);
      assertEquals(3, name.count());
      assertEquals(112, name.end());

      for (Body body :
          List.of(
              encoded.body(), SegmentCodec.decode("/s", name, EPOCH, encoded.content()).body())) {
        assertEquals(
            List.of(101L, 102L, 109L), List.of(body.offset(0), body.offset(1), body.offset(2)));
        assertEquals(70, body.commitTimeMillis(2));
        assertEquals(50, body.commitTimeMillis(1));
        assertEquals(70, body.commitTimeMillis());
        assertEquals(0, body.indexAtOrAfter(100));
        assertEquals(2, body.indexAtOrAfter(103));
        assertEquals(3, body.indexAtOrAfter(110));
        assertEquals(2, body.fitting(0, 3, 10_000));
        assertEquals(List.of("b".repeat(100), "c"), Messages.texts(body.slice(0, 2)));
      }
    }
  }

  @Test
  void aSegmentWhoseMessagesLieOutsideOfItIsRefused() {
    var encoded = withGaps(false, 9);
    var name = encoded.name(0, 100, 9);
    assertThrows(
        QueueException.class, () -> SegmentCodec.decode("/s", name, EPOCH, encoded.content()));
  }

  @Test
  void aSegmentIsStoredDeflatedOnlyIfThatIsSmaller() throws Exception {
    var repetitive = List.of(append(Messages.batch(PRODUCER, 0, List.of("x".repeat(5_000)))));
    var encoded = SegmentCodec.encode(EPOCH, 100, 1_234, true, repetitive);
    assertTrue(encoded.content().length < 500, "took " + encoded.content().length);
    var read = SegmentCodec.decode("/s", encoded.name(0, 100, 1), EPOCH, encoded.content()).body();
    assertEquals(List.of("x".repeat(5_000)), Messages.texts(read.slice(0, 1)));
    assertEquals(List.of("x".repeat(5_000)), Messages.texts(encoded.body().slice(0, 1)));

    var random = new java.util.Random(1);
    var text = new StringBuilder();
    random.ints(50, 33, 127).forEach(c -> text.append((char) c));
    var noise = List.of(append(Messages.batch(text.toString())));
    var stored = SegmentCodec.encode(EPOCH, 100, 1_234, true, noise);
    assertEquals(
        SegmentCodec.encode(EPOCH, 100, 1_234, false, noise).content().length,
        stored.content().length);
    var body = SegmentCodec.decode("/s", stored.name(0, 100, 1), EPOCH, stored.content()).body();
    assertEquals(List.of(text.toString()), Messages.texts(body.slice(0, 1)));
  }

  @Test
  void aBodyThatInflatesToAnotherSizeThanItSaysIsRefused() throws Exception {
    var appends = List.of(append(Messages.batch("x".repeat(5_000))));
    var encoded = SegmentCodec.encode(EPOCH, 100, 1_234, true, appends);
    var name = encoded.name(0, 100, 1);
    int sizeAt = Checksums.PREFIX_BYTES + 2 + 3 * Long.BYTES + 2 * Integer.BYTES;
    for (int wrong : new int[] {-1, 0, 1, 5_002, 5_004, SegmentCodec.MAX_BYTES + 1, 1 << 30}) {
      byte[] bad = encoded.content().clone();
      java.nio.ByteBuffer.wrap(bad).putInt(sizeAt, wrong);
      Checksums.seal(bad, 0x41525053);
      var failure =
          assertThrows(QueueException.class, () -> SegmentCodec.decode("/s", name, EPOCH, bad));
      assertEquals(Reason.STORE_CORRUPT, failure.reason());
    }
  }

  @Test
  void aCursorKeepsRangesAndCounts() throws Exception {
    var cursor =
        new Cursor(
            SubscriptionKind.FAILOVER,
            5_000_000_000L,
            List.of(new OffsetRange(5_000_000_002L, 3), new OffsetRange(5_000_000_007L, 1)),
            List.of(new Redeliveries.Redelivery(5_000_000_000L, 5_000_000_001L, 300)),
            List.of(new Cursor.Wait(5_000_000_000L, 5_000_000_001L, 1_700_000_000_000L)),
            List.of(
                new MoveLane.State(
                    new TopicName("orders.dead"),
                    -1,
                    false,
                    new ProducerId(-5, Long.MAX_VALUE),
                    12,
                    List.of(new Move(5_000_000_001L, 1, 7, 3, "por qu\u00e9", 1_700_000_000_000L))),
                new MoveLane.State(
                    new TopicName("orders"), 1_023, true, new ProducerId(0, -1), 0, List.of())));

    assertEquals(cursor, Cursor.decode("/c", cursor.encode()));
    byte[] bad = cursor.encode();
    bad[bad.length - 1] ^= 1;
    assertThrows(QueueException.class, () -> Cursor.decode("/c", bad));
  }

  @Test
  void theFullestCursorFitsACommit() {
    var ranges =
        LongStream.range(0, 16_384)
            .mapToObj(i -> new OffsetRange(1L << 40 | i * 1_000, 500))
            .toList();
    var counts =
        LongStream.range(0, 10_000)
            .mapToObj(
                i ->
                    new Redeliveries.Redelivery(
                        1L << 40 | (i * 1_000 + 600), 1L << 40 | (i * 1_000 + 700), 1_000))
            .toList();

    var waits =
        counts.stream().map(c -> new Cursor.Wait(c.first(), c.end(), 1_700_000_000_000L)).toList();
    var moves =
        LongStream.range(0, Mover.MAX_RANGES)
            .mapToObj(
                i ->
                    new Move(
                        1L << 40 | (i * 1_000 + 800),
                        1,
                        1L << 40 | i,
                        1_000_000,
                        "\u20ac".repeat(Move.MAX_REASON),
                        1_700_000_000_000L))
            .toList();
    var lanes =
        LongStream.range(0, Mover.MAX_LANES)
            .mapToObj(
                i ->
                    new MoveLane.State(
                        new TopicName("x".repeat(249)),
                        1_023,
                        true,
                        new ProducerId(-1, -1),
                        1L << 50,
                        i == 0 ? moves : List.of()))
            .toList();

    var fullest = new Cursor(SubscriptionKind.SHARED, 0, ranges, counts, waits, lanes);

    assertTrue(fullest.encode().length < Commit.MAX_BYTES - 100_000);
  }

  @Test
  void theProducersSilentForLongestAreForgottenAndTheOthersStored() throws Exception {
    var table = new ProducerTable();
    for (int i = 0; i < ProducerTable.MAX_PRODUCERS; i++) {
      table.apply(i, List.of(new SegmentCodec.Entry(new ProducerId(0, i), 9, 1, 0)));
    }
    table.apply(9_000, List.of(new SegmentCodec.Entry(new ProducerId(0, 0), 10, 1, 0)));
    table.apply(9_001, List.of(new SegmentCodec.Entry(new ProducerId(1, 1), 0, 1, 0)));

    var snapshot = ProducerTable.decode("/p", table.encode(77, 99, new byte[0]));

    assertEquals(77, snapshot.logStart());
    assertEquals(99, snapshot.knownTo());
    assertEquals(new ProducerTable.Last(10, 9_000), snapshot.table().last(new ProducerId(0, 0)));
    assertEquals(null, snapshot.table().last(new ProducerId(0, 1)));
    assertEquals(new ProducerTable.Last(9, 2), snapshot.table().last(new ProducerId(0, 2)));
    assertEquals(List.of(table.encode(77, 99, new byte[0]).length), List.of(table.encodedBytes()));
  }

  @Test
  void namesOfSegmentsSortAsTheirOffsets() throws Exception {
    var names = new ArrayList<String>();
    for (long first : new long[] {0, 9, 10, 99_999_999_999L}) {
      var name = new SegmentName(0, first, 7, 5, 300);
      names.add(name.name());
      assertEquals(name, SegmentName.parse(0, name.name(), "/x"));
    }
    assertEquals(names.stream().sorted().toList(), names);
    for (String bad :
        List.of(
            "",
            "1-1-1-80",
            "0000000000000000000",
            "0000000000000000000-1",
            "0000000000000000000-0-0-80",
            "0000000000000000000-1-2-80",
            "0000000000000000000-1-1-080",
            "0000000000000000000-1-1--80",
            "000000000000000000x-1-1-80")) {
      assertThrows(QueueException.class, () -> SegmentName.parse(0, bad, "/x"));
    }
  }

  @Test
  void framesAreCountedAndMeasured() throws Exception {
    var frames = Messages.frames(List.of("a", "x".repeat(200), ""));
    assertEquals(List.of(0, 5, 211), IntStream.of(index(frames, 3, 203).starts()).boxed().toList());
    assertEquals(
        Reason.MESSAGE_TOO_LARGE,
        assertThrows(QueueException.class, () -> index(frames, 3, 202)).reason());
    for (int count : new int[] {-1, 0, 2, 4, Integer.MAX_VALUE}) {
      assertEquals(
          Reason.INVALID_ARGUMENT,
          assertThrows(QueueException.class, () -> index(frames, count, 1_000)).reason());
    }
    var endless = java.nio.ByteBuffer.wrap(new byte[] {0x0A, -1, -1, -1, -1, -1, -1, 1});
    assertThrows(QueueException.class, () -> index(endless, 1, 1_000));
  }
}
