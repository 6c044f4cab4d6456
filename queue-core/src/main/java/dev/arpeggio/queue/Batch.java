package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that one producer publishes together: all of them take effect, or none; in an exclusive
 * topic, all that are heard.
 *
 * @param producer null: repeats are not recognised, and {@code firstSequence} means nothing
 * @param firstSequence number of the first message, at least 0; the others follow without gap
 * @param count number of messages, at least 1
 * @param messages the remaining bytes are the messages' frames; must not change until the batch is
 *     completed
 * @param moved whether these are messages that come from another topic: what was heard once is not
 *     judged again
 * @param partitions how many partitions the topic had for whoever chose this one by a key; 0: that
 *     does not matter
 */
public record Batch(
    @Nullable ProducerId producer,
    long firstSequence,
    int count,
    ByteBuffer messages,
    boolean moved,
    int partitions) {
  /** Largest {@code messages}; a client splits what is larger. */
  public static final int MAX_BYTES = 480 * 1024;

  /** Messages of a publisher. */
  public Batch(@Nullable ProducerId producer, long firstSequence, int count, ByteBuffer messages) {
    this(producer, firstSequence, count, messages, false, 0);
  }

  /** The same, of whoever knew of that many partitions. */
  public Batch chosenAmong(int number) {
    return new Batch(producer, firstSequence, count, messages, moved, number);
  }
}
