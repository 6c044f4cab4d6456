package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Brings the batches of one partition to its owner and keeps each until it is confirmed. Confined
 * to the event loop.
 *
 * <p>Invariants: {@code unconfirmed} is in the order of its sequences, and its first {@code sent}
 * batches, no others, are on the current stream. A new stream starts again with the oldest, with
 * the same bytes under the same sequences, so the owner recognises what it has and the order stays.
 * Batches wait at most until their deadlines, which rise along the queue.
 */
final class PartitionPipeline implements PartitionLink.User<PublishRequest, PublishResponse> {
  /** What a pipeline needs from its producer; called on the loop. */
  interface Source {
    /** Moves ready batches over, up to that many there. */
    void take(Queue<Batch> unconfirmed, int most);

    /** Moves all batches over. */
    void drain(Queue<Batch> target);

    /** These bytes are in flight no more; called before the futures of the batch complete. */
    void release(long charge);
  }

  private final EventLoop loop;
  private final String topic;
  private final int partition;
  private final ByteString producerId;
  private final int maxBatches;
  private final Source source;
  private final PartitionLink<PublishRequest, PublishResponse> link;

  private final Deque<Batch> unconfirmed = new ArrayDeque<>();
  private int sent;
  // Batches up to this sequence are sent one at a time, because one of them was refused.
  private long suspectUntil;
  private EventLoop.@Nullable Timer deadline;
  private @Nullable ArpeggioException lastFailure;

  PartitionPipeline(
      PartitionLink.Environment environment,
      String topic,
      int partition,
      ByteString producerId,
      int maxBatches,
      Source source) {
    this.loop = environment.loop();
    this.topic = topic;
    this.partition = partition;
    this.producerId = producerId;
    this.maxBatches = maxBatches;
    this.source = source;
    this.link =
        new PartitionLink<>(environment, topic, partition, QueueGrpc.getPublishMethod(), this);
  }

  /** Takes and sends what may be sent now. */
  void pump() {
    source.take(unconfirmed, maxBatches);
    if (unconfirmed.isEmpty()) {
      return;
    }
    armDeadline();
    link.open();
    if (link.isAttached() && sent < unconfirmed.size()) {
      Iterator<Batch> batches = unconfirmed.iterator();
      for (int i = 0; i < sent; i++) {
        batches.next();
      }
      int window = unconfirmed.element().lastSequence() <= suspectUntil ? 1 : maxBatches;
      while (batches.hasNext() && sent < window) {
        link.send(batches.next().request());
        sent++;
      }
    }
  }

  /** Fails what is left; the pipeline is of no use afterwards. */
  void close(ArpeggioException reason) {
    link.close();
    failAll(reason);
    if (deadline != null) {
      deadline.cancel();
    }
  }

  @Override
  public PublishRequest attachRequest() {
    return PublishRequest.newBuilder()
        .setAttach(
            PublishAttach.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setProducerId(producerId))
        .build();
  }

  @Override
  public boolean isAttached(PublishResponse response) {
    return response.hasAttached();
  }

  @Override
  public void attached(PublishResponse response) {
    if (sent != 0) {
      throw new IllegalStateException(sent + " batches were sent before their stream stood");
    }
    pump();
  }

  @Override
  public void received(PublishResponse response) {
    if (!response.hasConfirmation()) {
      link.abandon(Failures.broken("a response on an attached stream is not a confirmation"));
      return;
    }
    PublishConfirmation confirmation = response.getConfirmation();
    List<Batch> confirmed = new ArrayList<>();
    while (sent > 0 && unconfirmed.element().lastSequence() <= confirmation.getLastSequence()) {
      confirmed.add(unconfirmed.remove());
      sent--;
    }
    if (!confirmed.isEmpty()) {
      link.progressed();
      lastFailure = null;
    }
    // First the next batches, then the application's code: the owner need not wait for it.
    confirmed.forEach(batch -> source.release(batch.charge()));
    pump();
    for (Batch batch : confirmed) {
      boolean last = batch.lastSequence() == confirmation.getLastSequence();
      batch.confirm(
          last && confirmation.hasLastOffset()
              ? OptionalLong.of(confirmation.getLastOffset())
              : OptionalLong.empty());
    }
  }

  @Override
  public void interrupted(ArpeggioException failure) {
    sent = 0;
    lastFailure = failure;
  }

  @Override
  public void refused(ArpeggioException failure) {
    if (sent == 0) {
      failAll(failure);
      return;
    }
    // The stream ended at one of the batches on it. Those before may be stored though their
    // confirmations never came, and those after
    // are innocent; sending one at a time tells which is which.
    if (sent == 1) {
      Batch refused = unconfirmed.remove();
      source.release(refused.charge());
      refused.fail(failure);
    } else {
      suspectUntil = lastSent().lastSequence();
    }
    sent = 0;
    pump();
  }

  private Batch lastSent() {
    Iterator<Batch> batches = unconfirmed.iterator();
    Batch last = batches.next();
    for (int i = 1; i < sent; i++) {
      last = batches.next();
    }
    return last;
  }

  @Override
  public boolean wantsStream() {
    return !unconfirmed.isEmpty();
  }

  private void failAll(ArpeggioException reason) {
    List<Batch> failed = new ArrayList<>(unconfirmed);
    unconfirmed.clear();
    sent = 0;
    Queue<Batch> waiting = new ArrayDeque<>();
    source.drain(waiting);
    failed.addAll(waiting);
    failed.forEach(batch -> source.release(batch.charge()));
    for (Batch batch : failed) {
      boolean unknown = batch.everSent() && reason.reason() == Reason.CLOSED;
      batch.fail(unknown ? outcomeUnknown("the producer was closed", reason) : reason);
    }
  }

  private void armDeadline() {
    if (deadline == null) {
      long wait = Math.max(0, unconfirmed.element().deadlineNanos() - loop.nowNanos());
      deadline = loop.schedule(Duration.ofNanos(wait), this::expire);
    }
  }

  private void expire() {
    deadline = null;
    long now = loop.nowNanos();
    List<Batch> expired = new ArrayList<>();
    while (!unconfirmed.isEmpty() && unconfirmed.element().deadlineNanos() - now <= 0) {
      expired.add(unconfirmed.remove());
      sent = Math.max(0, sent - 1);
      source.take(unconfirmed, maxBatches);
    }
    expired.forEach(batch -> source.release(batch.charge()));
    pump();
    expired.forEach(batch -> batch.fail(timedOut(batch)));
  }

  private ArpeggioException timedOut(Batch batch) {
    ArpeggioException failure = lastFailure;
    if (batch.everSent()) {
      return outcomeUnknown("no confirmation within the delivery time-out", failure);
    }
    String place = topic + "/" + partition;
    if (failure == null) {
      return new ArpeggioException(
          Reason.TIMED_OUT, "Not sent to " + place + " within the delivery time-out");
    }
    return Failures.expired("Not sent to " + place + " within the delivery time-out", failure);
  }

  private ArpeggioException outcomeUnknown(String why, @Nullable ArpeggioException cause) {
    String last = cause == null ? "" : "; last failure: " + cause.getMessage();
    return new ArpeggioException(
        Reason.OUTCOME_UNKNOWN,
        "Sent to " + topic + "/" + partition + ", but " + why + last,
        cause == null ? Map.of() : cause.details(),
        cause);
  }
}
