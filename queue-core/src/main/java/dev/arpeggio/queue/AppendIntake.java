package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides on each batch: refuse it, recognise it as a repeat, or hand it on to be stored.
 *
 * <p>While it is not known what is stored, batches wait here, since nobody can tell whether they
 * are repeats. A producer of which one batch is refused gets the same answer for those that wait
 * behind it: to store a later one would make its repeat of the earlier one look like one that is
 * stored already.
 */
final class AppendIntake {
  private static final Duration RETRY_WHEN_BUSY = Duration.ofMillis(100);
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  private final OwnerContext context;
  private final TopicName topic;
  private final TopicConfig config;
  private final Log log;
  private final ProducerTable producers;
  private final CommitPipeline pipeline;
  private final Trimmer trimmer;
  private final @Nullable Arbiter arbiter;
  private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean admitting;

  AppendIntake(
      OwnerContext context,
      TopicName topic,
      TopicConfig config,
      Log log,
      ProducerTable producers,
      CommitPipeline pipeline,
      Trimmer trimmer,
      @Nullable Arbiter arbiter) {
    this.context = context;
    this.topic = topic;
    this.config = config;
    this.log = log;
    this.producers = producers;
    this.pipeline = pipeline;
    this.trimmer = trimmer;
    this.arbiter = arbiter;
  }

  void append(Batch batch, Completion<Appended> completion) {
    PendingAppend append;
    try {
      append = accept(batch, completion);
    } catch (QueueException e) {
      completion.failed(e);
      return;
    }
    if (admitting) {
      QueueException refusal = admit(append);
      if (refusal != null) {
        append.fail(refusal);
      }
    } else {
      waiting.addLast(append);
      waitingBytes += append.cost();
    }
  }

  long pendingBytes() {
    return waitingBytes + pipeline.pendingBytes();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** When the oldest batch that waits gives up; null if there is none. */
  @Nullable Long firstDeadlineNanos() {
    return waiting.isEmpty() ? null : waiting.getFirst().deadlineNanos();
  }

  /** It is not known any more what is stored. */
  void defer() {
    admitting = false;
  }

  /** It is known what is stored. */
  void admitAll() {
    admitting = true;
    var refused = new LinkedHashSet<ProducerId>();
    while (admitting && !waiting.isEmpty()) {
      PendingAppend append = waiting.removeFirst();
      waitingBytes -= append.cost();
      ProducerId producer = append.producer();
      QueueException refusal =
          producer != null && refused.contains(producer)
              ? QueueException.outOfSequence(append.firstSequence(), append.firstSequence())
              : admit(append);
      if (refusal != null) {
        if (producer != null) {
          refused.add(producer);
        }
        append.fail(refusal);
      }
    }
  }

  void failAll(QueueException why) {
    var failing = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    failing.forEach(append -> append.fail(why));
  }

  private PendingAppend accept(Batch batch, Completion<Appended> completion) throws QueueException {
    if (batch.messages().remaining() > Batch.MAX_BYTES) {
      throw QueueException.invalidArgument(
          "messages", "more than " + Batch.MAX_BYTES + " bytes in a batch");
    }
    var frames =
        Frames.index(
            batch.messages(), batch.count(), config.maxMessageBytes(), config.highestPriority());
    if (batch.producer() != null
        && (batch.firstSequence() < 0 || batch.firstSequence() > Long.MAX_VALUE - batch.count())) {
      throw QueueException.invalidArgument(
          "first_sequence", "out of range: " + batch.firstSequence());
    }
    long limit = context.options().maxPendingBytes();
    if (pendingBytes() + PendingAppend.cost(batch) > limit) {
      throw QueueException.limitExceeded("bytes that wait to be stored", limit, RETRY_WHEN_BUSY);
    }
    long deadline = context.loop().nanoTime() + context.options().writeDeadline().toNanos();
    return new PendingAppend(batch, frames, arbiter, deadline, completion);
  }

  private @Nullable QueueException admit(PendingAppend append) {
    ProducerId producer = append.producer();
    if (producer != null) {
      var last = producers.last(producer);
      if (last != null && append.lastSequence() <= last.sequence()) {
        append.succeedAsRepeat(last.offsetOf(append.lastSequence()));
        return null;
      }
      PendingAppend newest = pipeline.newestOf(producer);
      if (newest != null && append.lastSequence() <= newest.lastSequence()) {
        newest.addRepeat(append);
        return null;
      }
      long known = newest != null ? newest.lastSequence() : last != null ? last.sequence() : -1;
      if (append.firstSequence() <= known) {
        return QueueException.outOfSequence(known + 1, append.firstSequence());
      }
    }
    if (append.isMischosen(config.partitions())) {
      // Behind the recognition of repeats: what was stored when it was right is confirmed still.
      return QueueException.partitionsChanged(topic, config.partitions());
    }
    QueueException full = makeRoom(append);
    if (full != null) {
      return full;
    }
    try {
      append.judge();
    } catch (QueueException e) {
      return e;
    }
    pipeline.enqueue(append);
    return null;
  }

  private @Nullable QueueException makeRoom(PendingAppend append) {
    var limits = config.limits();
    long bytes = log.retainedBytes() + pipeline.pendingBytes() + append.frameBytes();
    long messages = log.retainedMessages() + pipeline.pendingMessages() + append.count();
    long used = context.storage().usedBytes() + pipeline.pendingBytes() + append.frameBytes();
    long limit = context.storage().limitBytes();
    if (bytes <= limits.bytes() && messages <= limits.messages() && used <= limit) {
      return null;
    }
    if (limits.whenFull() == TopicConfig.WhenFull.DROP_OLDEST) {
      Trimmer.Amount leaving = trimmer.leaving();
      long most = Math.max(bytes - limits.bytes(), used - limit) - leaving.bytes();
      if (trimmer.drop(
          new Trimmer.Amount(most, messages - limits.messages() - leaving.messages()))) {
        return null;
      }
    } else {
      trimmer.hurry();
      pipeline.nudge();
    }
    if (bytes > limits.bytes()) {
      return QueueException.limitExceeded("bytes of a partition", limits.bytes(), RETRY_WHEN_FULL);
    } else if (messages > limits.messages()) {
      return QueueException.limitExceeded(
          "messages of a partition", limits.messages(), RETRY_WHEN_FULL);
    }
    return QueueException.limitExceeded("bytes of all topics at a node", limit, RETRY_WHEN_FULL);
  }
}
