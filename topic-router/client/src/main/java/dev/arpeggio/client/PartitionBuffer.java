package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition that senders fill and the event loop has not taken yet. Guarded by
 * the producer's lock. The producer's bound of bytes in flight bounds it.
 *
 * <p>A batch is taken when it is full, or when the loop has nothing else unconfirmed: at low load
 * nothing waits, and under load batches grow while the ones before them are on their way.
 */
final class PartitionBuffer {
  private static final int SMALLEST_CAPACITY = 1_024;

  private final int partition;
  private final int batchBytes;
  private final Deque<Batch> sealed = new ArrayDeque<>();
  private @Nullable Batch open;
  private CompletableFuture<Void> newest = CompletableFuture.completedFuture(null);
  private long nextSequence = 1;
  private int capacity = SMALLEST_CAPACITY;
  // The loop has unconfirmed batches, so it will come back for more by itself.
  private boolean loopBusy;
  private boolean wakeUpSent;

  PartitionBuffer(int partition, int batchBytes) {
    this.partition = partition;
    this.batchBytes = batchBytes;
  }

  /**
   * @param deadlineNanos counts for a batch as a whole: that of its first message
   */
  void add(Message message, int size, CompletableFuture<Confirmation> future, long deadlineNanos) {
    Batch batch = batchFor(MessageCodec.framedSize(size), deadlineNanos);
    batch.add(message, size, future);
    added(batch);
  }

  void addFramed(ByteString framed, CompletableFuture<Confirmation> future, long deadlineNanos) {
    Batch batch = batchFor(framed.size(), deadlineNanos);
    batch.addFramed(framed, future);
    added(batch);
  }

  /** Whether the loop must be told that there is something to take; true once until it takes. */
  boolean claimWakeUp() {
    if (wakeUpSent || (loopBusy && sealed.isEmpty())) {
      return false;
    }
    wakeUpSent = true;
    return true;
  }

  /** Moves what is ready to the loop's own queue, up to that many there. */
  void take(Queue<Batch> unconfirmed, int most) {
    wakeUpSent = false;
    while (!sealed.isEmpty() && unconfirmed.size() < most) {
      unconfirmed.add(sealed.remove());
    }
    if (unconfirmed.isEmpty() && open != null) {
      seal(open);
      unconfirmed.add(sealed.remove());
    }
    loopBusy = !unconfirmed.isEmpty();
  }

  /** Moves everything, however incomplete, to be failed; the loop has nothing left. */
  void drain(Queue<Batch> target) {
    if (open != null) {
      seal(open);
    }
    loopBusy = false;
    target.addAll(sealed);
    sealed.clear();
  }

  /** Whether a message without a key should still come here rather than to another partition. */
  boolean isFilling() {
    return open != null;
  }

  /** The end of the batch that holds the last message added; those before end before it. */
  CompletableFuture<Void> newest() {
    return newest;
  }

  private Batch batchFor(int framed, long deadlineNanos) {
    if (open != null && open.length() + framed > batchBytes) {
      seal(open);
    }
    if (open == null) {
      open = new Batch(partition, nextSequence, deadlineNanos, capacity);
      newest = open.done();
    }
    return open;
  }

  private void added(Batch batch) {
    nextSequence++;
    if (batch.length() >= batchBytes) {
      seal(batch);
    }
  }

  private void seal(Batch batch) {
    sealed.add(batch);
    capacity = Math.max(SMALLEST_CAPACITY, Math.min(batchBytes, batch.length()));
    open = null;
  }
}
