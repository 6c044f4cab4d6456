package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Messages of one partition that travel, are confirmed and fail together. Filled under the
 * producer's lock; handed to the event loop once, and never filled after that, which is what makes
 * repeats of it equal.
 */
final class Batch {
  // What a message costs beside its bytes: its future and its confirmation.
  private static final int OVERHEAD_BYTES = 64;

  private final int partition;
  private final long firstSequence;
  private final long deadlineNanos;
  private final List<CompletableFuture<Confirmation>> futures = new ArrayList<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private byte[] buffer;
  private int length;
  private boolean everSent;

  Batch(int partition, long firstSequence, long deadlineNanos, int capacity) {
    this.partition = partition;
    this.firstSequence = firstSequence;
    this.deadlineNanos = deadlineNanos;
    this.buffer = new byte[capacity];
  }

  /** What a message of that encoded size counts against the bound of bytes in flight. */
  static long charge(int size) {
    return (long) MessageCodec.framedSize(size) + OVERHEAD_BYTES;
  }

  void add(Message message, int size, CompletableFuture<Confirmation> future) {
    int framed = MessageCodec.framedSize(size);
    reserve(framed);
    MessageCodec.writeFramed(message, size, buffer, length);
    length += framed;
    futures.add(future);
  }

  /** Adds a message that {@link MessageCodec#writeFramed} wrote. */
  void addFramed(ByteString framed, CompletableFuture<Confirmation> future) {
    reserve(framed.size());
    framed.copyTo(buffer, length);
    length += framed.size();
    futures.add(future);
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, 2 * buffer.length));
    }
  }

  int length() {
    return length;
  }

  long lastSequence() {
    return firstSequence + futures.size() - 1;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Completes, always normally, after the last future of the batch. */
  CompletableFuture<Void> done() {
    return done;
  }

  boolean everSent() {
    return everSent;
  }

  /** Its owner says that it is not stored, and that nothing which is on its way will be. */
  void notStored() {
    everSent = false;
  }

  /**
   * Its messages, to be sent in other batches. The batch ends when they have ended; it is of no
   * other use any more.
   */
  List<Unrouted> dissolve() {
    List<Unrouted> messages = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(buffer, 0, length);
    try {
      for (CompletableFuture<Confirmation> future : futures) {
        int start = in.getTotalBytesRead();
        in.readTag();
        ByteString encoded = in.readBytes();
        ByteString framed =
            UnsafeByteOperations.unsafeWrap(buffer, start, in.getTotalBytesRead() - start);
        ByteString key = dev.arpeggio.protocol.v1.Message.parseFrom(encoded).getKey();
        messages.add(new Unrouted(key, framed, encoded.size(), future, deadlineNanos));
      }
    } catch (IOException e) {
      throw new IllegalStateException("a batch that was not written by this", e);
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
            .handle((confirmed, failure) -> done.complete(null))
            .thenAccept(ended -> {});
    return messages;
  }

  /** The request that carries the batch; the caller sends it. */
  PublishRequest request() {
    everSent = true;
    // The buffer is not written any more.
    ByteString messages = UnsafeByteOperations.unsafeWrap(buffer, 0, length);
    return PublishRequest.newBuilder()
        .setBatch(
            PublishBatch.newBuilder()
                .setFirstSequence(firstSequence)
                .setCount(futures.size())
                .setMessages(messages))
        .build();
  }

  /** What the batch counts against the bound of bytes in flight. */
  long charge() {
    return length + (long) OVERHEAD_BYTES * futures.size();
  }

  int count() {
    return futures.size();
  }

  /**
   * @param lastOffset of the last message that is stored; a batch lies in the log without gaps
   * @param notHeard says why the messages with these numbers are not stored
   */
  void confirm(OptionalLong lastOffset, NotHeard notHeard) {
    int stored = futures.size() - notHeard.count(firstSequence, lastSequence());
    long offset = lastOffset.orElse(0) - stored + 1;
    for (int i = 0; i < futures.size(); i++) {
      if (notHeard.contains(firstSequence + i)) {
        futures.get(i).completeExceptionally(notHeard.why());
      } else {
        OptionalLong at = lastOffset.isPresent() ? OptionalLong.of(offset) : OptionalLong.empty();
        futures.get(i).complete(new Confirmation(partition, at));
        offset++;
      }
    }
    done.complete(null);
  }

  void fail(ArpeggioException failure) {
    for (CompletableFuture<Confirmation> future : futures) {
      future.completeExceptionally(failure);
    }
    done.complete(null);
  }
}
