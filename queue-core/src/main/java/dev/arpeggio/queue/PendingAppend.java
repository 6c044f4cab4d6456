package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A batch that was accepted and is not durable yet. Settled exactly once, together with the repeats
 * that wait for it.
 */
final class PendingAppend {
  /**
   * What a batch costs of the bound on pending bytes besides its messages, so that their number is
   * bounded as well.
   */
  private static final int OVERHEAD_BYTES = 256;

  private final Batch batch;
  private final Frames frames;
  private final long deadlineNanos;
  private final Completion<Appended> completion;
  private final List<PendingAppend> repeats = new ArrayList<>();
  private boolean settled;

  /**
   * @param frames of the batch
   */
  PendingAppend(Batch batch, Frames frames, long deadlineNanos, Completion<Appended> completion) {
    this.batch = batch;
    this.frames = frames;
    this.deadlineNanos = deadlineNanos;
    this.completion = completion;
  }

  static long cost(Batch batch) {
    return batch.messages().remaining() + (long) OVERHEAD_BYTES;
  }

  long cost() {
    return cost(batch);
  }

  @Nullable ProducerId producer() {
    return batch.producer();
  }

  long firstSequence() {
    return batch.firstSequence();
  }

  long lastSequence() {
    return batch.firstSequence() + batch.count() - 1;
  }

  int count() {
    return batch.count();
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  boolean isSettled() {
    return settled;
  }

  int frameBytes() {
    return batch.messages().remaining();
  }

  ByteBuffer frames() {
    return batch.messages().duplicate();
  }

  /** Bytes that the batch adds to a segment. */
  int segmentBytes() {
    return frameBytes() + (batch.producer() == null ? 0 : SegmentCodec.ENTRY_BYTES);
  }

  /** Whether no message has a priority, a delay or a time to live. */
  boolean isPlain() {
    return frames.plain();
  }

  int copyStarts(int[] to, int at, int base) {
    for (int start : frames.starts()) {
      to[at++] = base + start;
    }
    return at;
  }

  /** Lets a repeat of this batch, or of one before it, wait for this one. */
  void addRepeat(PendingAppend repeat) {
    repeats.add(repeat);
  }

  void succeed(OptionalLong lastOffset) {
    settle();
    completion.succeeded(new Appended(lastOffset));
    for (PendingAppend repeat : repeats) {
      repeat.succeed(repeat.lastSequence() == lastSequence() ? lastOffset : OptionalLong.empty());
    }
  }

  void fail(QueueException why) {
    settle();
    completion.failed(why);
    for (PendingAppend repeat : repeats) {
      repeat.fail(why);
    }
  }

  private void settle() {
    if (settled) {
      throw new IllegalStateException("an append is settled twice");
    }
    settled = true;
  }
}
