package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PublisherSign;
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
 * Batches wait at most until their deadlines, which rise along the queue. A best-effort pipeline
 * sends nothing twice: what is on a stream that breaks is dropped.
 *
 * <p>An owner that knows of another number of partitions confirms repeats of what it has and
 * refuses the rest. So from such an owner, and while the producer regroups, the pipeline learns
 * what became of the batches that were ever sent, which are the first of {@code unconfirmed}, and
 * sends no others.
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

    /** So many best-effort messages were dropped. */
    void dropped(long messages);

    /** The topic may have another number of partitions than the producer reckons with. */
    void doubted();
  }

  private static final int SIGNS_IN_A_LEASE = 4;

  // The detail of a refusal that says how many partitions there are.
  private static final String PARTITIONS = "partitions";

  private final EventLoop loop;
  private final String topic;
  private final int partition;
  private final ByteString producerId;
  private final int maxBatches;
  private final ProducerOptions options;
  private final Source source;
  private final PartitionLink<PublishRequest, PublishResponse> link;

  private final Deque<Batch> unconfirmed = new ArrayDeque<>();
  private int sent;
  // Batches up to this sequence are sent one at a time, because one of them was refused.
  private long suspectUntil;
  // Among how many partitions the messages were sorted.
  private int partitions;
  // The owner of the current stream knows of another number.
  private boolean mismatched;
  // The producer regroups, and nothing new is sent.
  private boolean settling;
  // Waits until it is known what became of every batch that was ever sent; then runs once.
  private @Nullable Runnable whenSettled;
  private EventLoop.@Nullable Timer deadline;
  private @Nullable ArpeggioException lastFailure;
  private int strength;
  // How often the owner wants to hear of the producer; zero: it does not.
  private Duration lease = Duration.ZERO;
  private EventLoop.@Nullable Timer sign;
  // Of the current stream, as its owner counts.
  private long droppedThere;

  PartitionPipeline(
      PartitionLink.Environment environment,
      String topic,
      int partition,
      int partitions,
      ByteString producerId,
      int maxBatches,
      ProducerOptions options,
      Source source) {
    this.loop = environment.loop();
    this.topic = topic;
    this.partition = partition;
    this.partitions = partitions;
    this.producerId = producerId;
    this.maxBatches = maxBatches;
    this.options = options;
    this.strength = options.strength();
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
    if (settling && !hasUnknown()) {
      return;
    }
    link.open();
    if (link.isAttached() && sent < unconfirmed.size()) {
      Iterator<Batch> batches = unconfirmed.iterator();
      for (int i = 0; i < sent; i++) {
        batches.next();
      }
      int window = unconfirmed.element().lastSequence() <= suspectUntil ? 1 : maxBatches;
      boolean repeatsOnly = mismatched || settling;
      while (batches.hasNext() && sent < window) {
        Batch next = batches.next();
        if (repeatsOnly && !next.everSent()) {
          break;
        }
        link.send(next.request());
        sent++;
      }
    }
  }

  /**
   * Sends nothing new until {@link #regroup}.
   *
   * @param settled runs once, when it is known what became of every batch that was ever sent
   */
  void settle(Runnable settled) {
    settling = true;
    whenSettled = settled;
    pump();
    checkSettled();
  }

  /** All batches, none of which is stored; only when settled. */
  List<Batch> takeBack() {
    if (hasUnknown()) {
      throw new IllegalStateException("nobody knows whether the first batch is stored");
    }
    List<Batch> all = new ArrayList<>(unconfirmed);
    unconfirmed.clear();
    Queue<Batch> waiting = new ArrayDeque<>();
    source.drain(waiting);
    all.addAll(waiting);
    return all;
  }

  /** From now on, messages are sorted among that many partitions. */
  void regroup(int among) {
    partitions = among;
    suspectUntil = 0;
    mismatched = false;
    settling = false;
    link.renew();
  }

  private boolean hasUnknown() {
    return !unconfirmed.isEmpty() && unconfirmed.element().everSent();
  }

  private void checkSettled() {
    Runnable settled = whenSettled;
    if (settled != null && !hasUnknown()) {
      whenSettled = null;
      settled.run();
    } else if (!settling && mismatched && !hasUnknown() && link.isAttached()) {
      // Nothing is to be had from this owner. The next one may be right, or the producer regroups.
      link.abandon(
          new ArpeggioException(
              Reason.PARTITIONS_CHANGED,
              topic + "/" + partition + ": its owner knows of another number of partitions"));
    }
  }

  void changeStrength(int offered) {
    strength = offered;
    if (link.isAttached()) {
      sendSign(PublisherSign.newBuilder().setStrength(offered));
    }
  }

  private void sendSign(PublisherSign.Builder of) {
    link.send(PublishRequest.newBuilder().setSign(of).build());
  }

  private void armSign() {
    if (sign != null) {
      sign.cancel();
      sign = null;
    }
    if (!lease.isZero()) {
      sign = loop.schedule(lease.dividedBy(SIGNS_IN_A_LEASE), this::giveSign);
    }
  }

  private void giveSign() {
    sign = null;
    if (link.isAttached()) {
      sendSign(PublisherSign.newBuilder());
      armSign();
    }
  }

  /** Fails what is left; the pipeline is of no use afterwards. */
  void close(ArpeggioException reason) {
    whenSettled = null;
    lease = Duration.ZERO;
    armSign();
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
                .setProducerId(producerId)
                .setOffered(QosFields.encode(options))
                .setStrength(strength)
                .setPartitions(partitions))
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
    droppedThere = 0;
    lease = Duration.ofMillis(response.getAttached().getLeaseMs());
    armSign();
    int there = response.getAttached().getPartitions();
    // Absent from a node that checks nothing.
    mismatched = there != 0 && there != partitions;
    if (mismatched) {
      source.doubted();
    }
    pump();
    checkSettled();
  }

  @Override
  public void received(PublishResponse response) {
    if (response.hasConfirmation()) {
      PublishConfirmation confirmation = response.getConfirmation();
      confirmed(
          confirmation.getLastSequence(),
          confirmation.hasLastOffset()
              ? OptionalLong.of(confirmation.getLastOffset())
              : OptionalLong.empty(),
          new NotHeard(confirmation.getNotHeardList(), topic, partition));
    } else if (response.hasTaken() && options.isBestEffort()) {
      source.dropped(response.getTaken().getDropped() - droppedThere);
      droppedThere = response.getTaken().getDropped();
      confirmed(
          response.getTaken().getLastSequence(),
          OptionalLong.empty(),
          new NotHeard(List.of(), topic, partition));
    } else {
      link.abandon(Failures.broken("a response on an attached stream is not a confirmation"));
    }
  }

  private void confirmed(long lastSequence, OptionalLong lastOffset, NotHeard notHeard) {
    List<Batch> confirmed = new ArrayList<>();
    while (sent > 0 && unconfirmed.element().lastSequence() <= lastSequence) {
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
      boolean last = batch.lastSequence() == lastSequence;
      batch.confirm(last ? lastOffset : OptionalLong.empty(), notHeard);
    }
    checkSettled();
  }

  @Override
  public void interrupted(ArpeggioException failure) {
    dropSent(failure);
    sent = 0;
    lastFailure = failure;
    if (failure.reason() == Reason.PARTITIONS_CHANGED) {
      if (mismatched && failure.details().containsKey(PARTITIONS)) {
        // It has confirmed what it has, from the oldest on, and refused the first that it has not.
        // An owner that says no number did not look: it has lost the partition meanwhile.
        unconfirmed.forEach(Batch::notStored);
      }
      source.doubted();
    }
    mismatched = false;
    checkSettled();
  }

  private void dropSent(ArpeggioException failure) {
    List<Batch> dropped = new ArrayList<>();
    while (options.isBestEffort() && sent > 0) {
      dropped.add(unconfirmed.remove());
      sent--;
    }
    dropped.forEach(batch -> source.release(batch.charge()));
    for (Batch batch : dropped) {
      fail(
          batch,
          new ArpeggioException(
              Reason.DROPPED,
              "The stream broke: " + failure.getMessage(),
              failure.details(),
              failure));
    }
  }

  private void fail(Batch batch, ArpeggioException failure) {
    if (options.isBestEffort()) {
      source.dropped(batch.count());
    }
    batch.fail(failure);
  }

  @Override
  public void refused(ArpeggioException failure) {
    dropSent(failure);
    mismatched = false;
    if (sent == 0) {
      failAll(failure);
      checkSettled();
      return;
    }
    // The stream ended at one of the batches on it. Those before may be stored though their
    // confirmations never came, and those after
    // are innocent; sending one at a time tells which is which.
    if (sent == 1) {
      Batch refused = unconfirmed.remove();
      source.release(refused.charge());
      fail(refused, failure);
    } else {
      suspectUntil = lastSent().lastSequence();
    }
    sent = 0;
    pump();
    checkSettled();
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
    // Who stays away is taken for gone.
    return !unconfirmed.isEmpty() || !lease.isZero();
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
      fail(batch, unknown ? outcomeUnknown("the producer was closed", reason) : reason);
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
    expired.forEach(batch -> fail(batch, timedOut(batch)));
    checkSettled();
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
