package dev.arpeggio.node.cli.bench;

import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.ProducerId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * What a benchmark publishes: one encoded batch of messages of equal size, with bodies that do not
 * compress. Immutable.
 */
final class Payload {
  private static final long SEED = 20_240_229;
  private static final int FRAME_TAG = 0x0A;
  private static final int BODY_TAG = 0x12;

  private final byte[] frames;
  private final int count;

  /**
   * A batch of about that many bytes.
   *
   * @param messageBytes size of a body
   */
  Payload(int messageBytes, int batchBytes) {
    byte[] body = new byte[messageBytes];
    new Random(SEED).nextBytes(body);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(BODY_TAG);
    writeVarint(message, messageBytes);
    message.write(body, 0, messageBytes);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(FRAME_TAG);
    writeVarint(frame, message.size());
    frame.writeBytes(message.toByteArray());
    byte[] one = frame.toByteArray();
    count = Math.max(1, Math.min(batchBytes, Batch.MAX_BYTES) / one.length);
    frames = new byte[count * one.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(one, 0, frames, i * one.length, one.length);
    }
  }

  /** Messages in the batch. */
  int count() {
    return count;
  }

  /** Bytes that one message takes, framed. */
  double frameBytes() {
    return (double) frames.length / count;
  }

  Batch batch(ProducerId producer, long firstSequence) {
    return new Batch(producer, firstSequence, count, ByteBuffer.wrap(frames));
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
