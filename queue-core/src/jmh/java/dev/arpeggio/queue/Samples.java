package dev.arpeggio.queue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Batches as clients send them, for benchmarks: 64 KiB each. */
final class Samples {
  private static final int BATCH_BYTES = 64 << 10;
  private static final int FRAME = 0x0A;
  private static final int BODY = 0x12;
  private static final int PRIORITY = 4 << 3;

  private Samples() {}

  /**
   * Batches that fill a segment.
   *
   * @param priorities how many there are in turn; 1: all are alike
   */
  static List<PendingAppend> appends(int messageBytes, int priorities) throws QueueException {
    var appends = new ArrayList<PendingAppend>();
    for (int i = 0; i < SegmentCodec.MAX_BYTES / BATCH_BYTES - 1; i++) {
      Batch batch = batch(new ProducerId(1, 1), i, messageBytes, priorities);
      var frames =
          Frames.index(
              batch.messages(),
              batch.count(),
              TopicConfig.MAX_MESSAGE_BYTES,
              TopicConfig.MAX_PRIORITY);
      appends.add(new PendingAppend(batch, frames, null, 0, ignored()));
    }
    return appends;
  }

  static Batch batch(ProducerId producer, long number, int messageBytes, int priorities) {
    var body = new byte[messageBytes];
    new Random(1).nextBytes(body);
    var out = new ByteArrayOutputStream(BATCH_BYTES);
    int count = 0;
    while (out.size() + messageBytes + 16 <= BATCH_BYTES) {
      var message = new ByteArrayOutputStream();
      message.write(BODY);
      varint(message, messageBytes);
      message.writeBytes(body);
      if (count % priorities > 0) {
        message.write(PRIORITY);
        varint(message, count % priorities);
      }
      out.write(FRAME);
      varint(out, message.size());
      out.writeBytes(message.toByteArray());
      count++;
    }
    return new Batch(producer, number * count + 1, count, ByteBuffer.wrap(out.toByteArray()));
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static Completion<Appended> ignored() {
    return Completion.of(appended -> {}, why -> {});
  }

  /** A segment of such batches. */
  static SegmentCodec.Encoded encoded(List<PendingAppend> appends, long first) {
    return SegmentCodec.encode(new Epoch(1), first, 1_700_000_000_000L, false, appends);
  }
}
