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
  private final @Nullable Arbiter arbiter;
  private Frames frames;
  private ByteBuffer stored;
  private Heard heard;
  private final long deadlineNanos;
  private final Completion<Appended> completion;
  private final List<PendingAppend> repeats = new ArrayList<>();
  private boolean settled;

  /**
   * @param frames of the batch
   * @param arbiter knows which messages of a repeat were heard; null: all
   */
  PendingAppend(
      Batch batch,
      Frames frames,
      @Nullable Arbiter arbiter,
      long deadlineNanos,
      Completion<Appended> completion) {
    this.batch = batch;
    this.frames = frames;
    this.arbiter = arbiter;
    this.stored = batch.messages();
    this.heard = Heard.all(batch.count());
    this.deadlineNanos = deadlineNanos;
    this.completion = completion;
  }

  /**
   * Has the arbiter decide what is stored of the batch.
   *
   * @throws QueueException LIMIT_EXCEEDED, INVALID_ARGUMENT
   */
  void judge() throws QueueException {
    if (arbiter == null) {
      return;
    }
    heard = arbiter.judge(batch, frames);
    if (!heard.isAll()) {
      Frames.Part part = frames.part(stored, heard);
      frames = part.frames();
      stored = part.bytes();
    }
  }

  Heard heard() {
    return heard;
  }

  static long cost(Batch batch) {
    return batch.messages().remaining() + (long) OVERHEAD_BYTES;
  }

  long cost() {
    return cost(batch);
  }

  /** Whether the partition was chosen by a key, among another number of them. */
  boolean isMischosen(int partitions) {
    return batch.partitions() != 0 && batch.partitions() != partitions;
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

  /** How many messages are stored. */
  int count() {
    return heard.count();
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  boolean isSettled() {
    return settled;
  }

  int frameBytes() {
    return stored.remaining();
  }

  ByteBuffer frames() {
    return stored.duplicate();
  }

  /** Bytes that the batch adds to a segment. */
  int segmentBytes() {
    int bytes = frameBytes() + (arbiter == null ? 0 : heard.encodedBytes());
    return bytes + (batch.producer() == null ? 0 : SegmentCodec.ENTRY_BYTES);
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
    completion.succeeded(new Appended(lastOffset, heard.notHeard(firstSequence())));
    for (PendingAppend repeat : repeats) {
      repeat.succeedAsRepeat(
          repeat.lastSequence() == lastSequence() ? lastOffset : OptionalLong.empty());
    }
  }

  /** It was stored before: it gets the answer that the first one got. */
  void succeedAsRepeat(OptionalLong lastOffset) {
    ProducerId producer = batch.producer();
    if (arbiter == null || producer == null) {
      succeed(lastOffset);
      return;
    }
    List<SequenceRange> notHeard;
    try {
      notHeard = arbiter.notHeard(producer, firstSequence(), lastSequence() + 1);
    } catch (QueueException e) {
      fail(e);
      return;
    }
    settle();
    completion.succeeded(new Appended(lastOffset, notHeard));
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
